"""Steps of a schema: what the migrations of all stores have in common."""

from dataclasses import dataclass

from graphmem.errors import NotAGraphMemStore, SchemaOutdated, SchemaTooNew

__all__ = ["Step", "refuse_newer", "refuse_older", "refuse_other"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a schema: its number from 1, and its name."""

    version: int
    name: str

    @property
    def id(self) -> str:
        """What it is called in records and on the command line: `0001_initial`."""
        return f"{self.version:04d}_{self.name}"


def refuse_newer(location: str, *, version: int, known: int) -> None:
    """Raise SchemaTooNew where a store has had more steps than are known."""
    if version > known:
        raise SchemaTooNew(
            f"{location}: its schema is version {version}, this graphmem knows {known}; upgrade graphmem to open it"
        )


def refuse_older(location: str, *, lacking: int, known: int, read_only: bool, allowed: bool) -> None:
    """Raise SchemaOutdated where a store lacks steps and must not be changed; one without any is given its schema."""
    if lacking and (read_only or not (allowed or lacking == known)):
        raise SchemaOutdated(
            f"{location}: its schema is version {known - lacking} of {known}; run `graphmem migrate`, or open it once "
            "without read_only and with migrate=True"
        )


def refuse_other(location: str, *, recorded: tuple[object, ...], step: Step, checksum: str) -> None:
    """Raise NotAGraphMemStore where a step was run in another form: `recorded` are version, name and checksum."""
    if recorded != (step.version, step.name, checksum):
        raise NotAGraphMemStore(
            f"{location}: migration {recorded[0]} ({recorded[1]}) was run in another form than this graphmem's "
            f"{step.name}; open it with the version that wrote it, export, and import here"
        )
