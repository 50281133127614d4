"""What Neo4j Browser is given, put together from the files in `cypher/browser/`: pure, no network."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from html import escape
from types import MappingProxyType

from graphmem.read.browser_path import browser_folder, literal

__all__ = ["DEMO", "Asset", "Parameters", "Saved", "assets", "commands", "saved_statements"]

_FOLDER = "graphmem"
_PARAMETER = re.compile(r"\$(\w+)")
_PLACE = re.compile(r"\{\{(\w+)(?::(\w+))?\}\}")
#: The date that files in the archive carry, so that the same files make the same archive.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The parameters that the saved statements take.

    Args:
        namespace: whose memory.
        name: an entity's name or alias.
        other: another's.
        session: a session.
        title: a document's title.
        predicate: a relation in lower snake case.
        family: what several relations have in common, such as `work` or `residence`.
        words: words to look for, in Lucene's language.
        id: id of an interaction, such as a hit's; the guide finds one of the document `title`.
        day: an instant in ISO form, for what was believed then; "" is now.
    """

    namespace: str
    name: str = ""
    other: str = ""
    session: str = ""
    title: str = ""
    predicate: str = ""
    family: str = ""
    words: str = ""
    id: str = ""
    day: str = ""

    def command(self) -> str:
        """Return the Browser command that sets all of them."""
        told = ", ".join(f"{f.name}: {literal(getattr(self, f.name))}" for f in fields(self))
        return f":params {{{told}}}"

    def find(self) -> str:
        """Return the Browser command that sets `id` to an interaction of the document `title`."""
        found = _PARAMETER.sub(lambda p: literal(str(getattr(self, p[1]))), _text("find.cypher"))
        return f":param id => {found.strip()}"


#: The parameters with which every saved statement finds something in the demo's memory.
DEMO = Parameters(
    namespace="user/maya",
    name="Maya",
    other="University of Coimbra",
    session="chat-2025-03-02",
    title="Kestrel board",
    predicate="is_a",
    family="work",
    words="greyhound",
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved statement: its file's name without number and suffix, the title Browser shows, and its text."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing that is handed out: its content type and its bytes."""

    type: str
    body: bytes


def saved_statements() -> tuple[Saved, ...]:
    """Return the saved statements in the order of their files; the first line of each is its title."""
    read = {file.name: file.read_text(encoding="utf-8").strip() for file in (browser_folder() / "saved").iterdir()}
    return tuple(_saved(name, read[name]) for name in sorted(read) if name.endswith(".cypher"))


def _saved(file: str, text: str) -> Saved:
    first = text.split("\n", 1)[0]
    return Saved(file.removesuffix(".cypher").split("_", 1)[1], first.removeprefix("//").strip(), text)


def commands(address: str, *, parameters: Parameters) -> tuple[str, ...]:
    """Return the Browser commands that take the style, set the parameters and play the guide from an address."""
    return f":style {address}/graphmem.grass", parameters.command(), f":play {address}/guide.html"


def assets(address: str, *, parameters: Parameters) -> Mapping[str, Asset]:
    """Return everything by its path on a server that answers at `address` (no slash at its end)."""
    saved = saved_statements()
    guide = _filled(_text("guide.html"), address, saved=saved, parameters=parameters)
    return MappingProxyType(
        {
            "/graphmem.grass": Asset("text/plain; charset=utf-8", _text("graphmem.grass").encode()),
            "/guide.html": Asset("text/html; charset=utf-8", guide.encode()),
            "/favourites.zip": Asset("application/zip", _archive(saved)),
            **{
                f"/saved/{one.name}.cypher": Asset("text/plain; charset=utf-8", f"{one.text}\n".encode())
                for one in saved
            },
        }
    )


def _filled(guide: str, address: str, *, saved: Iterable[Saved], parameters: Parameters) -> str:
    """Fill the guide's places: `{{style}}`, `{{params}}`, ..., `{{saved:NAME}}`, and `{{all}}` for a list of them."""
    by_name = {one.name: one for one in saved}
    style, params, _ = commands(address, parameters=parameters)
    plain = {"style": style, "params": params, "find": parameters.find(), "address": address}

    def place(found: re.Match[str]) -> str:
        if found[1] == "saved":
            return _runnable(by_name[found[2]].text)
        if found[1] == "all":
            return "\n".join(f"<p>{escape(one.title)}</p>\n{_runnable(one.text)}" for one in by_name.values())
        return escape(plain[found[1]])

    return _PLACE.sub(place, guide)


def _runnable(text: str) -> str:
    return f'<pre class="highlight pre-scrollable code runnable standalone-example">{escape(text)}</pre>'


def _text(file: str) -> str:
    return (browser_folder() / file).read_text(encoding="utf-8")


def _archive(saved: Iterable[Saved]) -> bytes:
    """Return a zip of one folder with one file a statement: what Browser takes as a folder of favourites."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in saved:
            archive.writestr(zipfile.ZipInfo(f"{_FOLDER}/{one.name}.cypher", _EPOCH), f"{one.text}\n")
    return packed.getvalue()
