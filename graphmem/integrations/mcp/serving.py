"""Serve over stdio, or over HTTP: to this machine alone, or to whoever has the token."""

import hmac
import logging
import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any

import anyio
import uvicorn
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from graphmem.errors import InvalidInput, StoreUnavailable

__all__ = ["MCP_PATH", "http_app", "is_loopback", "serve_http", "serve_stdio"]

MCP_PATH = "/mcp"
#: Bytes of one request: a tool's output of several megabytes may be told whole.
_BODY = 16 * 1024 * 1024
_SHORTEST_TOKEN = 16


def serve_stdio(server: Server[Any]) -> None:
    """Serve one client on standard input and output until it hangs up."""

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)


def serve_http(
    server: Server[Any],
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    token: str | None = None,
    origins: Sequence[str] = (),
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve over streamable HTTP until interrupted.

    Args:
        server: what to serve.
        host: address to listen on; any but this machine's own needs a token.
        port: port to listen on, 0 is any free one.
        token: what clients send as `Authorization: Bearer TOKEN`; at least 16 characters.
        origins: web pages (`https://host`) that may call, besides those of this machine.
        ready: told the address, once it is listened on.

    Raises:
        InvalidInput: an open address without a token, or a token that is too short.
        StoreUnavailable: the address cannot be listened on.
    """
    app = http_app(server, host=host, token=token, origins=origins)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen()  # from here on clients may connect: they wait until they are served
        except OSError as err:
            raise StoreUnavailable(f"cannot listen on {host}:{port}: {err.strerror}; choose another --port") from err
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listening.getsockname()[1]}{MCP_PATH}")
        config = uvicorn.Config(app, log_level=logging.WARNING, access_log=False, lifespan="on")
        uvicorn.Server(config).run(sockets=[listening])


def http_app(
    server: Server[Any], *, host: str = "127.0.0.1", token: str | None = None, origins: Sequence[str] = ()
) -> ASGIApp:
    """Return the ASGI application that `serve_http` serves; see there."""
    if not is_loopback(host) and token is None:
        raise InvalidInput(
            f"{host} is open to others: set GRAPHMEM_MCP_TOKEN to a secret that clients send, or serve on 127.0.0.1"
        )
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise InvalidInput(f"the token has {len(token)} characters; take at least {_SHORTEST_TOKEN} random ones")
    # On this machine alone the SDK checks the Host header as well (DNS rebinding); elsewhere the token does that.
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=is_loopback(host),
        allowed_hosts=["127.0.0.1:*", "localhost:*", "[::1]:*"],
        allowed_origins=[*_LOCAL_ORIGINS, *origins],
    )
    app = server.streamable_http_app(
        streamable_http_path=MCP_PATH, transport_security=security, max_request_body_size=_BODY
    )
    return _Guard(app, token=token, origins=[*_LOCAL_ORIGINS, *origins])


_LOCAL_ORIGINS = ("http://127.0.0.1:*", "http://localhost:*", "http://[::1]:*")


def is_loopback(host: str) -> bool:
    """Tell whether an address reaches this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Guard:
    """Refuses requests of foreign web pages and, where there is a token, those without it."""

    def __init__(self, app: ASGIApp, *, token: str | None, origins: Sequence[str]) -> None:
        self._app = app
        self._token = None if token is None else token.encode()
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self._refusal(Headers(scope=scope))) is not None:
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        origin = headers.get("origin")
        if origin is not None and not any(_fits(origin, allowed) for allowed in self._origins):
            return PlainTextResponse("this origin may not call", status_code=403)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        right = scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token or b"")
        if self._token is not None and not right:
            challenge = {"WWW-Authenticate": 'Bearer realm="graphmem"'}
            return PlainTextResponse("a token is needed: Authorization: Bearer ...", status_code=401, headers=challenge)
        return None


def _fits(origin: str, allowed: str) -> bool:
    """Tell whether an origin is the allowed one, whatever its port where that ends with `:*`."""
    if not allowed.endswith(":*"):
        return origin == allowed
    begin, _, port = origin.rpartition(":")
    return begin == allowed.removesuffix(":*") and port.isdecimal()
