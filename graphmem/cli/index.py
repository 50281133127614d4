"""`graphmem index`: what makes recalls fast, made ahead: the index of this machine, or the server's."""

from typing import Annotated

import typer

from graphmem.cli.face import EmbedderOption, JsonOption, NamespaceOption, StoreOption, face_of, reported
from graphmem.cli.progress import progress

__all__ = ["index"]


@reported
def index(
    *,
    server: Annotated[
        bool, typer.Option("--server", help="The server's, for a namespace that is too large for an index here.")
    ] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Drop a server's index of another dimension first.")] = False,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the memory into this machine's index; --server: have the server index its vectors, from here on too."""
    if anew and not server:
        raise typer.BadParameter("--anew is about the server's index: say --server")
    face = face_of(store, namespace=namespace, embedder=embedder, as_json=as_json)
    with face.memory(embeds=True) as memory:
        if not server:
            count = memory.build_index()
            face.show({"namespace": face.namespace, "indexed": count}, text=f"{count} interactions are indexed here")
            return
        with progress("Indexing on the server", total=memory.stats().interactions) as tick:
            count = memory.index_on_server(anew=anew, tick=tick)
    face.show({"namespace": face.namespace, "added": count}, text=f"{count} vectors were added to the server's index")
