"""`graphmem import --from SYSTEM`: move in from another memory system."""

from typing import TYPE_CHECKING

import typer

from graphmem.cli.face import PARTIAL, Face, composed
from graphmem.cli.progress import progress
from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from graphmem.integrations.moving import MovedIn

__all__ = ["move_in"]

_LISTED = 50


def move_in(face: Face, system: str, file: str, *, facts: bool) -> None:
    """Bring in what another system exported, and tell what was taken and what could not be."""
    from graphmem.formats.peers.values import PEERS
    from graphmem.integrations import moving

    if system not in PEERS:
        raise InvalidInput(f"--from {system!r} is none of {', '.join(PEERS)}")
    namespace = face.asked or moving.default_namespace(system)
    with (
        face.parts(writes=True, embeds=True, draws=facts) as parts,
        composed(parts, namespace=namespace) as memory,
        progress("Moving in", total=None) as tick,
    ):
        done = moving.move_in(memory, peer=system, path=file, tick=tick)
        memory.flush()
    _tell(face, done)
    if done.bad:
        raise typer.Exit(PARTIAL)


def _tell(face: Face, done: "MovedIn") -> None:
    counts = ", ".join(f"{count} {kind}" for kind, count in done.taken.items()) or "nothing"
    where = ", ".join(done.namespaces[:5]) + (" ..." if len(done.namespaces) > 5 else "")
    face.show(done, text=f"took {counts}{f' into {where}' if where else ''}; {done.new} interactions are new")
    if face.as_json:
        return
    for what, count in done.lost.items():
        face.note(f"not carried ({count}): {what}")
    for problem in done.problems[:_LISTED]:
        face.note(str(problem))
    if done.bad:
        face.note(f"{done.bad} records could not be taken, all others were")
