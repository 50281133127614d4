"""Tools as values, and a server made of them: arguments checked, errors told to the model, results structured."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ResourceUpdated
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, ConfigDict, ValidationError

from graphmem import __version__
from graphmem.errors import GraphMemError

__all__ = ["Arguments", "Document", "Result", "Tool", "server_of"]

_log = logging.getLogger("graphmem.mcp")

#: Clients of the handshake era that are told of changes, the last ones that asked; later ones listen on a stream.
_SUBSCRIBERS = 1_024

_Context = ServerRequestContext[Any, Any]


class Arguments(BaseModel):
    """Arguments of a tool: types are taken strictly, unknown arguments are let be."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Result(BaseModel):
    """What a tool returns, as structured content; fields that are None are left out."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Generic[A]):
    """One tool.

    Args:
        name: as clients call it.
        title: as people read it.
        description: what a model reads to decide on it.
        arguments: the model of its arguments.
        result: the model of its structured result.
        run: what it does; called in a worker thread. Its GraphMemErrors become errors of the tool.
        reads: it changes nothing.
        destroys: it may delete or overwrite.
        repeats: calling it twice is as calling it once.
        aliases: other names it answers to, not advertised.
        text: the text for clients that read no structured content; None is the result as JSON.
    """

    name: str
    title: str
    description: str
    arguments: type[A]
    result: type[Result]
    run: Callable[[A], Result]
    reads: bool = False
    destroys: bool = False
    repeats: bool = False
    aliases: tuple[str, ...] = ()
    text: Callable[[Any], str] | None = None

    def declared(self) -> types.Tool:
        """Return the tool as it is listed."""
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=_schema(self.arguments, mode="validation"),
            output_schema=_schema(self.result, mode="serialization"),
            annotations=types.ToolAnnotations(
                read_only_hint=self.reads,
                destructive_hint=self.destroys,
                idempotent_hint=self.repeats,
                open_world_hint=False,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The one resource of a server: a JSON text that is read afresh each time; tools that write change it."""

    uri: str
    name: str
    title: str
    description: str
    read: Callable[[], str]


def server_of(
    name: str, tools: Sequence[Tool[Any]], *, instructions: str, document: Document | None = None
) -> Server[Any]:
    """Return a server of these tools, and of a document where there is one."""
    handlers = _Handlers(tools, document)
    server: Server[Any] = Server(
        name,
        version=__version__,
        title=f"graphmem: {name}",
        instructions=instructions,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources if document else None,
        on_read_resource=handlers.read_resource if document else None,
        on_subscribe_resource=handlers.subscribe if document else None,
        on_unsubscribe_resource=handlers.unsubscribe if document else None,
        on_subscriptions_listen=handlers.listen if document else None,
    )
    return server


@dataclass
class _Handlers:
    """Answers requests; knows who subscribed to the document."""

    tools: Sequence[Tool[Any]]
    document: Document | None
    subscribed: dict[str, ServerSession] = field(default_factory=dict)
    bus: InMemorySubscriptionBus = field(default_factory=InMemorySubscriptionBus)

    def __post_init__(self) -> None:
        self.by_name = {name: tool for tool in self.tools for name in (tool.name, *tool.aliases)}
        self.listen = ListenHandler(self.bus)

    async def list_tools(self, _: _Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.declared() for tool in self.tools])

    async def call_tool(self, _: _Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = self.by_name.get(params.name)
        if tool is None:
            return _refused(f"there is no tool {params.name!r}: there are {', '.join(t.name for t in self.tools)}")
        try:
            arguments = tool.arguments.model_validate(params.arguments or {})
            result = await anyio.to_thread.run_sync(tool.run, arguments)
        except ValidationError as err:
            return _refused(_told(err))
        except GraphMemError as err:
            return _refused(f"{type(err).__name__}: {err}")
        if not tool.reads:
            await self._changed()
        return _answered(tool, result)

    async def list_resources(self, _: _Context, __: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        one = self._document()
        listed = types.Resource(
            uri=one.uri, name=one.name, title=one.title, description=one.description, mime_type="application/json"
        )
        return types.ListResourcesResult(resources=[listed])

    async def read_resource(self, _: _Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        one = self._document()
        if str(params.uri) != one.uri:
            raise MCPError(types.INVALID_PARAMS, f"there is no resource {params.uri}: there is {one.uri}")
        try:
            text = await anyio.to_thread.run_sync(one.read)
        except GraphMemError as err:
            raise MCPError(types.INTERNAL_ERROR, str(err)) from err
        told = types.TextResourceContents(uri=one.uri, mime_type="application/json", text=text)
        return types.ReadResourceResult(contents=[told])

    async def subscribe(self, context: _Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        if str(params.uri) == self._document().uri:
            self.subscribed[_client(context)] = context.session
            while len(self.subscribed) > _SUBSCRIBERS:
                del self.subscribed[next(iter(self.subscribed))]
        return types.EmptyResult()

    async def unsubscribe(self, context: _Context, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
        if str(params.uri) == self._document().uri:
            self.subscribed.pop(_client(context), None)
        return types.EmptyResult()

    def _document(self) -> Document:
        assert self.document is not None, "the handlers of resources are there with a document only"
        return self.document

    async def _changed(self) -> None:
        """Tell everybody who subscribed that the document changed; who is gone is forgotten."""
        if self.document is None:
            return
        for client, session in list(self.subscribed.items()):
            try:
                await session.send_resource_updated(self.document.uri)
            except (anyio.ClosedResourceError, anyio.BrokenResourceError):
                self.subscribed.pop(client, None)
        await self.bus.publish(ResourceUpdated(uri=self.document.uri))


def _client(context: _Context) -> str:
    """Return what tells the clients of one server apart: the session of HTTP; over stdio there is only one."""
    headers = getattr(context.request, "headers", None)
    return "" if headers is None else str(headers.get("mcp-session-id", ""))


def _answered(tool: Tool[Any], result: Result) -> types.CallToolResult:
    content = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    text = json.dumps(content, ensure_ascii=False, indent=2) if tool.text is None else tool.text(content)
    return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=content)


def _refused(why: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=why)], is_error=True)


def _told(error: ValidationError) -> str:
    """Say what is wrong with arguments, where; the values themselves are left out."""
    problems = (f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors(include_input=False))
    return "InvalidInput: " + "; ".join(problems)


def _schema(model: type[BaseModel], *, mode: Any) -> dict[str, Any]:
    """Return the JSON Schema of a model without titles, which repeat the names."""
    schema: dict[str, Any] = _untitled(model.model_json_schema(by_alias=True, mode=mode))
    schema.setdefault("properties", {})
    return schema


def _untitled(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {k: v for k, v in value.items() if k != "title" or not isinstance(v, str)}
        return {k: _untitled(v) for k, v in kept.items()}
    return [_untitled(v) for v in value] if isinstance(value, list) else value
