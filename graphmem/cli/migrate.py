"""`graphmem migrate`: a store's schema, looked at or brought up to date."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from graphmem.cli.face import FAILED, JsonOption, StoreOption, face_of, reported
from graphmem.errors import NotFound
from graphmem.settings import read_settings

__all__ = ["Schema", "migrate"]


@dataclass(frozen=True, slots=True)
class Schema:
    """What was found and done: the migrations a store lacked, in order, and whether they were run."""

    store: str
    lacking: tuple[str, ...]
    migrated: bool


@reported
def migrate(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only look: leave with 1 where the schema is behind.")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the store's schema up to this version; --check tells what it lacks and changes nothing."""
    from graphmem import opening

    face, settings = face_of(store, as_json=as_json), read_settings()
    if "://" not in face.store and not Path(face.store).exists():
        raise NotFound(f"there is no memory at {face.store}: say where with --store")
    look = opening.outstanding if check else opening.migrated
    auth, database = settings.auth_for(face.store), settings.database_for(face.store)
    lacking = tuple(look(face.store, auth=auth, database=database))
    face.show(Schema(face.store, lacking, migrated=not check), text=_told(lacking, done=not check))
    if check and lacking:
        raise typer.Exit(FAILED)


def _told(lacking: tuple[str, ...], *, done: bool) -> str:
    if not lacking:
        return "the schema is up to date"
    return f"{'ran' if done else 'lacks'} {', '.join(lacking)}"
