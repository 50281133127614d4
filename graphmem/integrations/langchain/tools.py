"""Tools for agents: LangMem's two over items, recall, and three that read the graph.

What goes wrong comes back to the model as an error of the tool, never as a crash of the agent.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Literal, ParamSpec
from uuid import UUID, uuid4

from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, StructuredTool, ToolException

from graphmem.aio import AsyncMemory
from graphmem.errors import GraphMemError, InvalidInput
from graphmem.identity import instant_text
from graphmem.integrations.items import Item, Items, Put
from graphmem.integrations.langchain.paths import fact_path
from graphmem.integrations.marks import marked
from graphmem.integrations.scopes import Scope, filled, values_of
from graphmem.memory import Memory
from graphmem.model import Fact, RecallOptions

__all__ = ["graph_tools", "item_tools", "recall_tools"]

_P = ParamSpec("_P")

_MANAGE = """Create, update, or delete a memory that lasts beyond this conversation.
Use it when the user states a preference, asks you to remember or forget something, or when a memory is wrong.
Give the id of the memory to update or delete it; a new one gets its id here."""
_SEARCH = "Search your lasting memories for what bears on a query. Answers with JSON: a list of items, the best first."
_RECALL = """Look up what was said, read or done earlier, and the facts drawn from it, that bear on a query.
as_of, since and until are dates or instants (2026-03-01, 2026-03-01T09:00+01:00); as_of asks for what was true then."""
_ENTITIES = "Find people, places, organisations and things by name or alias, or list the most mentioned. JSON."
_FACTS = "List dated facts about one entity, the latest first; as_of (a date or instant) asks for what held then. JSON."
_PATH = "Find a shortest chain of facts that connects two entities. JSON; an empty list when there is none."


def item_tools(
    memory: Memory | AsyncMemory, *, path: Sequence[str] = ("memories",), namespace: str | None = None
) -> list[BaseTool]:
    """Return `manage_memory` and `search_memory`, with the names, arguments and answers of LangMem's tools.

    Args:
        memory: where items are kept; `GraphMemStore(memory)` holds the same ones.
        path: below which; a label such as `"{user_id}"` is filled from the run's `configurable`.
        namespace: whose memory, with names in braces to fill; None is the memory's own.
    """
    scope, labels = Scope(memory, namespace), tuple(path)

    def manage_memory(
        content: str | None = None,
        action: Literal["create", "update", "delete"] = "create",
        *,
        id: UUID | None = None,  # noqa: A002 # LangMem's name
        config: RunnableConfig,
    ) -> str:
        if (action == "create") == (id is not None):
            raise InvalidInput("leave the id out to create a memory; give it to update or delete one")
        if action != "delete" and not (content or "").strip():
            raise InvalidInput("content is empty: say what is to be remembered")
        key = str(id or uuid4())
        items, place = _items(scope, labels, config)
        items.put([Put(address=(place, key), value=None if action == "delete" else {"content": content})])
        return f"Deleted memory {key}" if action == "delete" else f"{action}d memory {key}"

    def search_memory(
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        filter: dict[str, Any] | None = None,  # noqa: A002 # LangMem's name
        config: RunnableConfig,
    ) -> str:
        if limit < 1 or offset < 0:
            raise InvalidInput(f"limit is {limit} and offset {offset}; limit is at least 1, offset at least 0")
        items, place = _items(scope, labels, config)
        if query.strip():
            found = items.search(query, prefix=place, condition=filter, top_k=offset + limit)
        else:
            found = items.leading(place, condition=filter, top_k=offset + limit)
        return _json([_item(item) for item in found[offset : offset + limit]])

    return [_tool(manage_memory, about=_MANAGE), _tool(search_memory, about=_SEARCH)]


def recall_tools(memory: Memory | AsyncMemory, *, namespace: str | None = None, tokens: int = 1_200) -> list[BaseTool]:
    """Return `recall`: interactions and facts that bear on a query, dated, between marks, within so many tokens."""
    scope = Scope(memory, namespace)

    def recall(
        query: str,
        *,
        limit: int = 8,
        as_of: str | None = None,
        since: str | None = None,
        until: str | None = None,
        config: RunnableConfig,
    ) -> str:
        options = RecallOptions(
            types=("interaction", "fact"),
            as_of=_instant(as_of, what="as_of"),
            since=_instant(since, what="since"),
            until=_instant(until, what="until"),
        )
        found = _memory(scope, config).recall(query, top_k=limit, options=options)
        return marked(found.context(tokens=tokens) or "Nothing is known of that.")

    return [_tool(recall, about=_RECALL)]


def graph_tools(memory: Memory | AsyncMemory, *, namespace: str | None = None) -> list[BaseTool]:
    """Return `find_entities`, `facts_about` and `path_between`: the graph, read without a query language."""
    scope = Scope(memory, namespace)

    def find_entities(name: str | None = None, *, limit: int = 20, config: RunnableConfig) -> str:
        found = _memory(scope, config).entities(name or None, top_k=_positive(limit))
        return _json(
            [{"name": e.name, "kind": e.kind, "aliases": list(e.aliases), "mentions": e.mentions} for e in found]
        )

    def facts_about(
        name: str,
        *,
        predicate: str | None = None,
        as_of: str | None = None,
        limit: int = 20,
        config: RunnableConfig,
    ) -> str:
        at = _instant(as_of, what="as_of")
        told = _memory(scope, config).facts(about=name, predicate=predicate or None, as_of=at, top_k=_positive(limit))
        return _json([_fact(fact) for fact in told])

    def path_between(a: str, b: str, *, max_length: int = 4, config: RunnableConfig) -> str:
        return _json(
            [_fact(fact) for fact in fact_path(_memory(scope, config), a, b, max_length=_positive(max_length))]
        )

    return [
        _tool(find_entities, about=_ENTITIES), _tool(facts_about, about=_FACTS), _tool(path_between, about=_PATH)
    ]  # fmt: skip


# --- how a tool is made ---------------------------------------------------------------------------------------------


def _tool(call: Callable[_P, str], *, about: str) -> BaseTool:
    @wraps(call)
    def answering(*args: _P.args, **kwargs: _P.kwargs) -> str:
        try:
            return call(*args, **kwargs)
        except GraphMemError as err:
            raise ToolException(f"{type(err).__name__}: {err}") from err

    return StructuredTool.from_function(answering, name=call.__name__, description=about, handle_tool_error=True)


def _memory(scope: Scope, config: RunnableConfig) -> Memory:
    return scope.of(values_of(None, config.get("configurable")))


def _items(scope: Scope, path: Sequence[str], config: RunnableConfig) -> tuple[Items, tuple[str, ...]]:
    values = values_of(None, config.get("configurable"))
    return Items(scope.of(values)), tuple(filled(label, values) for label in path)


# --- what goes in and comes out -------------------------------------------------------------------------------------


def _positive(limit: int) -> int:
    if limit < 1:
        raise InvalidInput(f"the limit is {limit}; ask for at least 1")
    return limit


def _instant(text: str | None, *, what: str) -> datetime | None:
    """Return an ISO date or instant as an aware instant; without a zone it is taken as UTC."""
    if text is None or not text.strip():
        return None
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError as err:
        raise InvalidInput(f"{what} is {text!r}: give a date such as 2026-03-01, or an instant in ISO format") from err
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def _json(found: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(found, ensure_ascii=False)


def _item(item: Item) -> dict[str, Any]:
    return {
        "namespace": list(item.path),
        "key": item.key,
        "value": dict(item.value),
        "created_at": item.created_at.isoformat(),
        "updated_at": item.updated_at.isoformat(),
        "score": item.score,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    told = {
        "subject": fact.subject,
        "predicate": fact.predicate,
        "object": fact.object,
        "text": fact.text,
        "valid_at": instant_text(fact.valid_at),
        "invalid_at": instant_text(fact.invalid_at),
        "said_at": instant_text(fact.at),
        "negated": fact.negated or None,
        "modality": fact.modality,
    }
    return {name: value for name, value in told.items() if value is not None}
