"""A small server on loopback that hands Browser its assets: known paths only, nothing is read from disk on request."""

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import quote, urlsplit

from graphmem.browser.assets import Asset, Parameters, assets, commands
from graphmem.errors import InvalidInput

__all__ = ["AssetServer", "browser_address"]


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for the assets; every page may fetch them, as Browser's own address is not known here."""

    assets: ClassVar[Mapping[str, Asset]] = {}
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_OPTIONS(self) -> None:
        self.send_response(204)
        self._allow()
        self.send_header("Access-Control-Allow-Methods", "GET, HEAD")
        self.send_header("Access-Control-Allow-Headers", "*")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class's name
        """Say nothing: the command line is for what the command says."""

    def _answer(self, *, with_body: bool) -> None:
        found = self.assets.get(urlsplit(self.path).path)
        body = found.body if found else b"not here\n"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", found.type if found else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self._allow()
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _allow(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Private-Network", "true")


class AssetServer:
    """Serves the assets on loopback while it is open: `with AssetServer(parameters=...) as served: served.address`.

    Args:
        parameters: what the guide and its commands are filled with.
        port: where to listen; 0 takes a free one.
        host: the address of this machine to listen on; another than loopback is for containers, whose published ports
            lead to `localhost` outside.

    Raises: InvalidInput: the port is taken, or is none.
    """

    def __init__(self, *, parameters: Parameters, port: int = 0, host: str = "127.0.0.1") -> None:
        self.parameters = parameters
        handler = type("Handler", (_Handler,), {})
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except (OSError, OverflowError) as err:
            raise InvalidInput(f"cannot listen on {host}:{port} ({err}): give another port") from err
        # Browser fetches from localhost without a setting of the server, and from 127.0.0.1 only with one.
        self.address = f"http://localhost:{self._server.server_port}"
        handler.assets = assets(self.address, parameters=parameters)  # type: ignore[attr-defined] # made just above
        self._thread = Thread(target=self._server.serve_forever, name="graphmem-browser", daemon=True)

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that, run in Browser, take the style, set the parameters and play the guide."""
        return commands(self.address, parameters=self.parameters)

    def __enter__(self) -> "AssetServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Serve until the thread is interrupted."""
        self._thread.join()


def browser_address(browser: str, *, guide: str) -> str:
    """Return Browser's address with the command to play a guide, which Browser puts in its editor or runs at log-in.

    Args:
        browser: where Browser is, e.g. `http://localhost:7474/browser/`.
        guide: the guide's address.

    Raises: InvalidInput: it is no http(s) address.
    """
    told = urlsplit(browser)
    if told.scheme not in ("http", "https") or not told.netloc or told.query or told.fragment:
        raise InvalidInput(f"{browser!r} is not Browser's address: it looks like http://localhost:7474/browser/")
    path = told.path if told.path.strip("/") else "/browser/"
    return f"{told.scheme}://{told.netloc}{path}?cmd=play&arg={quote(guide, safe='')}"
