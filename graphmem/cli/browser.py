"""`graphmem browser`: hand Neo4j Browser the style, the guide and the saved statements, and open it there."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from graphmem.cli.face import JsonOption, NamespaceOption, StoreOption, face_of, reported

__all__ = ["browser"]

#: Neo4j's own port for its Browser.
_HTTP_PORT = 7474


@reported
def browser(
    *,
    address: Annotated[
        str | None, typer.Option(help="Browser's address [default: port 7474 of the store's host, else of this one].")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of this machine to serve on; 0 is any.")] = 0,
    host: Annotated[str, typer.Option(help="Address to serve on; another one is for containers.")] = "127.0.0.1",
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open Browser in the web browser.")] = True,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explore a memory in Neo4j Browser: serves its style, guide and statements until Ctrl-C."""
    from graphmem.browser import DEMO, AssetServer, Parameters, browser_address

    face = face_of(store, namespace=namespace, as_json=as_json)
    told = DEMO if face.namespace == DEMO.namespace else Parameters(namespace=face.namespace)
    with AssetServer(parameters=told, port=port, host=host) as served:
        at = browser_address(address or _beside(face.store), guide=f"{served.address}/guide.html")
        commands = "\n".join(f"  {command}" for command in served.commands)
        value = {"browser": at, "assets": served.address, "commands": list(served.commands)}
        face.show(value, text=f"{at}\nCommands for Browser's editor (the guide has them, too):\n{commands}")
        if "://" not in face.store:
            face.note(f"{face.store} is a file, and Browser shows servers: `graphmem copy` brings a memory to one")
        if show:
            typer.launch(at)
        face.note("serving until Ctrl-C")
        try:
            served.wait()
        except KeyboardInterrupt:
            face.note("stopped serving; styles and parameters that Browser has taken stay")


def _beside(store: str) -> str:
    """Return where the Browser of a store's server is by default."""
    host = urlsplit(store).hostname if "://" in store else None
    shown = f"[{host}]" if host and ":" in host else host or "localhost"
    return f"http://{shown}:{_HTTP_PORT}/browser/"
