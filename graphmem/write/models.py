"""Which embedder a store's vectors are by: vectors of two models must never stand side by side."""

import json

from graphmem.errors import ModelMismatch
from graphmem.ports import Embedder, Store

__all__ = ["EMBEDDER", "REEMBEDDING", "claim", "embedder_mark", "fits", "refuse_mismatch"]

#: Names of store settings: the embedder that made the vectors, and the one a re-embedding under way goes to.
EMBEDDER, REEMBEDDING = "embedder", "reembedding"


def embedder_mark(embedder: Embedder) -> str:
    """Return what a store keeps of the embedder that made its vectors, as JSON."""
    mark = {"name": embedder.name, "revision": embedder.revision, "dimension": embedder.dimension}
    return json.dumps(mark, sort_keys=True)


def fits(store: Store, embedder: Embedder) -> bool:
    """Return whether this embedder's vectors may stand beside the store's: they are by it, or there are none yet."""
    mine = embedder_mark(embedder)
    written, going = store.settings((EMBEDDER, REEMBEDDING))
    return written in (None, mine) and (going or mine) == mine


def refuse_mismatch(store: Store, embedder: Embedder) -> None:
    """Raise ModelMismatch, with the way out, where `fits` says no."""
    if fits(store, embedder):
        return
    mine, going = embedder_mark(embedder), store.setting(REEMBEDDING)
    if going == mine:
        raise ModelMismatch(f"a re-embedding with {mine} was interrupted: `graphmem reembed` finishes it")
    written = f"are being made anew by {going}" if going else f"were made by {store.setting(EMBEDDER)}"
    raise ModelMismatch(
        f"the memory's vectors {written}, not by {mine}; open it with that model, or make the vectors anew: "
        "`graphmem reembed`, or Memory.open(..., embedder=..., reembed=True).reembed()"
    )


def claim(store: Store, embedder: Embedder) -> None:
    """Mark a store without vectors as this embedder's; raises ModelMismatch where it is another's by now."""
    mine = embedder_mark(embedder)
    written = store.setting(EMBEDDER) or store.set_setting(EMBEDDER, mine, replace=False)
    if (written, store.setting(REEMBEDDING) or mine) != (mine, mine):
        refuse_mismatch(store, embedder)
