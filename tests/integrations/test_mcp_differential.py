"""The profile `graph` against MCP's reference memory server, both as programs over stdio, on random operations."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graphmem.text.tokens import chat_terms
from tests.integrations.mcp_clients import Calls, client_of, graphmem_over_stdio, program

NAMES = ("Ada", "ada", "Zoë Müller", "Acme Corp", "日本 🐕")
TYPES = ("person", "Person", "company", "city or town")
OBSERVATIONS = ("likes Rome in spring", "Likes rome", "speaks Spanish", "has 2 dogs", "moved to Lisbon", "ünïcode ✓")
VERBS = ("works at", "works_at", "knows", "owns")
QUERIES = (
    "",
    "ada",
    "rome",
    "ROME in",
    "acme corp",
    "spanish lisbon",
    "dogs of Ada",
    "person",
    "nothing of it",
    "日本",
)

names = st.sampled_from(NAMES)
some = {"max_size": 3}
entity = st.fixed_dictionaries(
    {
        "name": names,
        "entityType": st.sampled_from(TYPES),
        "observations": st.lists(st.sampled_from(OBSERVATIONS), **some),
    }
)
relation = st.fixed_dictionaries({"from": names, "to": names, "relationType": st.sampled_from(VERBS)})
observed = st.lists(st.sampled_from(OBSERVATIONS), **some)
operations = st.one_of(
    st.tuples(st.just("create_entities"), st.fixed_dictionaries({"entities": st.lists(entity, min_size=1, **some)})),
    st.tuples(st.just("create_entities"), st.fixed_dictionaries({"entities": st.lists(entity, min_size=1, **some)})),
    st.tuples(st.just("create_relations"), st.fixed_dictionaries({"relations": st.lists(relation, **some)})),
    st.tuples(
        st.just("add_observations"),
        st.fixed_dictionaries(
            {"observations": st.lists(st.fixed_dictionaries({"entityName": names, "contents": observed}), **some)}
        ),
    ),
    st.tuples(st.just("delete_entities"), st.fixed_dictionaries({"entityNames": st.lists(names, **some)})),
    st.tuples(
        st.just("delete_observations"),
        st.fixed_dictionaries(
            {"deletions": st.lists(st.fixed_dictionaries({"entityName": names, "observations": observed}), **some)}
        ),
    ),
    st.tuples(st.just("delete_relations"), st.fixed_dictionaries({"relations": st.lists(relation, **some)})),
    st.tuples(st.just("open_nodes"), st.fixed_dictionaries({"names": st.lists(names, **some)})),
    st.tuples(st.just("search_nodes"), st.fixed_dictionaries({"query": st.sampled_from(QUERIES)})),
)


#: What each example begins with: something to act on, and to get wrong.
BEGUN: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "create_entities",
        {"entities": [{"name": n, "entityType": "person", "observations": list(OBSERVATIONS[:2])} for n in NAMES[:4]]},
    ),
    (
        "create_relations",
        {"relations": [{"from": a, "to": b, "relationType": "knows"} for a, b in pairwise(NAMES[:4])]},
    ),
)
#: What each example ends with.
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("open_nodes", {"names": [name]}) for name in NAMES[:3]),
    *(("search_nodes", {"query": query}) for query in ("ada", "rome", "spanish lisbon")),
)


@pytest.fixture(scope="module")
def reference_program(request: pytest.FixtureRequest) -> str:
    """The reference server's program; in CI a missing one is a failure."""
    script = request.config.rootpath / "tools" / "ensure_mcp_reference.sh"
    made = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return made.stdout.strip()
    told = f"the profile `graph` is not compared with the reference server: {made.stderr.strip()}"
    if os.environ.get("CI") == "true":
        pytest.fail(told)
    pytest.skip(told)


class Pair:
    """Both servers, emptied between examples."""

    def __init__(self, ours: Calls, theirs: Calls, file: Path) -> None:
        self.ours = ours
        self.theirs = theirs
        self._file = file

    def empty(self) -> None:
        self._file.unlink(missing_ok=True)
        there = self.ours.done("read_graph")["entities"]
        self.ours.done("delete_entities", entityNames=[e["name"] for e in there])


@pytest.fixture(scope="module")
def pair(reference_program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both as a client starts them."""
    folder = tmp_path_factory.mktemp("mcp")
    file = folder / "memory.jsonl"
    environment = {"MEMORY_FILE_PATH": str(file), "PATH": os.environ["PATH"]}
    with ExitStack() as stack:
        theirs = stack.enter_context(client_of(program(["node", reference_program], environment=environment)))
        ours = stack.enter_context(client_of(graphmem_over_stdio(folder / "memory.db")))
        yield Pair(ours, theirs, file)


#: A failing example is told as it was found: looking for a smaller one with real servers takes minutes.
@settings(max_examples=10, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(operations, min_size=2, max_size=8))
def test_the_same_operations_have_the_same_results(pair: Pair, calls: list[tuple[str, dict[str, Any]]]) -> None:
    """After any operations both hold the same graph in the same order and gave the same structured results.

    But for what the reference does wrong: it takes repeats within one call twice, relations between entities that are
    not there, and finds several words only where they stand together.
    """
    pair.empty()
    for name, arguments in (*BEGUN, *calls, *ASKED):
        graph = pair.theirs.done("read_graph")
        if name == "create_relations" and _dangles(arguments, graph):
            assert "not found" in pair.ours.refused(name, **arguments)
            continue
        ours = pair.ours.call(name, **arguments)
        theirs = pair.theirs.call(name, **_without_repeats(name, arguments))
        assert ours.is_error == theirs.is_error
        if name == "search_nodes":
            _check_found(ours.structured_content, theirs.structured_content, graph, query=arguments["query"])
        elif not ours.is_error:
            assert ours.structured_content == theirs.structured_content
            assert ours.content == theirs.content
        assert pair.ours.done("read_graph") == pair.theirs.done("read_graph")


def _dangles(arguments: dict[str, Any], graph: dict[str, Any]) -> bool:
    there = {e["name"] for e in graph["entities"]}
    return any(r[end] not in there for r in arguments["relations"] for end in ("from", "to"))


def _without_repeats(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what the reference takes right: each entity, relation and observation once a call, the first of them."""
    if name == "create_entities":
        first = {e["name"]: e for e in reversed(arguments["entities"])}
        kept = [first[n] for n in dict.fromkeys(e["name"] for e in arguments["entities"])]
        return {"entities": [{**e, "observations": list(dict.fromkeys(e["observations"]))} for e in kept]}
    if name == "create_relations":
        return {"relations": list({tuple(r.items()): r for r in arguments["relations"]}.values())}
    if name == "add_observations":
        return {
            "observations": [{**a, "contents": list(dict.fromkeys(a["contents"]))} for a in arguments["observations"]]
        }
    return arguments


def _check_found(ours: dict[str, Any], theirs: dict[str, Any], graph: dict[str, Any], *, query: str) -> None:
    """What the reference finds comes first and in its order; behind it is only what holds a word of the query."""
    same = len(theirs["entities"])
    assert ours["entities"][:same] == theirs["entities"]
    wanted = set(chat_terms(query))
    for found in ours["entities"][same:]:
        assert wanted & set(chat_terms("\n".join([found["name"], found["entityType"], *found["observations"]])))
    there = {e["name"] for e in ours["entities"]}
    assert ours["relations"] == [r for r in graph["relations"] if r["from"] in there or r["to"] in there]


def test_both_declare_the_same_tools(pair: Pair) -> None:
    """Names, required arguments, required results and hints are the reference's."""
    ours = {t.name: t for t in pair.ours.ask("list_tools").tools}
    theirs = {t.name: t for t in pair.theirs.ask("list_tools").tools}
    assert ours.keys() == theirs.keys()
    for name, tool in theirs.items():
        assert set(ours[name].input_schema.get("required", [])) == set(tool.input_schema.get("required", []))
        assert set(ours[name].output_schema["required"]) == set(tool.output_schema["required"])
        assert ours[name].annotations == tool.annotations
        assert ours[name].title == tool.title
