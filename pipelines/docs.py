"""Write the generated parts of the documentation from the code: `python -m pipelines.docs`.

A page marks such a part by `<!-- generated: NAME -->` and `<!-- /generated -->`; the tests compare each with the code.
"""

import argparse
import inspect
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import graphmem
from graphmem import Memory, errors, model
from graphmem.read.recollection import Recollection
from graphmem.stores.sqlite import SqliteStore

__all__ = ["PARTS", "main", "renewed"]

DOCS = Path(__file__).resolve().parent.parent / "docs"
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- /generated -->)", re.DOTALL)
_SECTION = re.compile(r"(Args|Returns|Raises|Yields):\s*(.*)")


def renewed(text: str) -> str:
    """Return a page with each of its generated parts made anew."""
    return _PART.sub(lambda part: part[1] + PARTS[part[2]]() + part[3], text)


def main(arguments: list[str] | None = None) -> int:
    """Rewrite what is out of date and print the names of the pages; with `--check` write nothing and exit with 1."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which pages are out of date")
    check: bool = parser.parse_args(arguments).check
    old = {page: page.read_text(encoding="utf-8") for page in sorted(DOCS.rglob("*.md"))}
    new = {page: fresh for page, text in old.items() if (fresh := renewed(text)) != text}
    for page, text in new.items():
        print(page.relative_to(DOCS.parent))
        if not check:
            page.write_text(text, encoding="utf-8")
    return 1 if check and new else 0


# --- what is generated ----------------------------------------------------------------------------------------------


def memory_part() -> str:
    """Render every public method of `Memory` with its signature and docstring."""
    verbs = [name for name, _ in inspect.getmembers(Memory, callable) if not name.startswith("_")]
    order = {name: n for n, name in enumerate(_in_source_order())}
    return "".join(_callable(getattr(Memory, name), name) for name in sorted(verbs, key=lambda v: order.get(v, 99)))


def _in_source_order() -> list[str]:
    return [name for part in Memory.__mro__ for name in vars(part) if not name.startswith("_")]


def results_part() -> str:
    """Render the values that go in and come out, each with its fields."""
    named: list[object] = [getattr(model, name) for name in model.__all__]
    nouns: list[type] = [noun for noun in named if isinstance(noun, type) and is_dataclass(noun)]
    return "".join(_value(noun) for noun in [*nouns, Recollection])


def errors_part() -> str:
    """Render the tree of errors as it stands in the docstring of their module."""
    return f"```text\n{inspect.cleandoc(errors.__doc__ or '').strip()}\n```\n"


def names_part() -> str:
    """Render the names that `import graphmem` offers."""
    return ", ".join(f"`{name}`" for name in graphmem.__all__ if not name.startswith("_")) + "\n"


def schema_part() -> str:
    """Render the tables and columns of a fresh SQLite store."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.db"
        SqliteStore.open(path).close()
        with closing(sqlite3.connect(path)) as database:
            return "".join(_table(database, name) for name in sorted(_tables(database)))


PARTS: Mapping[str, Callable[[], str]] = {
    "memory": memory_part,
    "results": results_part,
    "errors": errors_part,
    "names": names_part,
    "schema": schema_part,
}


# --- how it is rendered ---------------------------------------------------------------------------------------------


def _tables(database: sqlite3.Connection) -> Iterator[str]:
    for _, name, kind, *_ in database.execute("PRAGMA table_list"):
        if kind == "table" and not name.startswith("sqlite_"):
            yield name


def _table(database: sqlite3.Connection, name: str) -> str:
    leads = {row[3]: row[2] for row in database.execute(f"PRAGMA foreign_key_list({name})")}
    rows = (_column(row, leads) for row in database.execute(f"PRAGMA table_xinfo({name})"))
    return f"- **{name}**: {', '.join(rows)}\n"


def _column(row: tuple[int, str, str, int, str | None, int, int], leads: Mapping[str, str]) -> str:
    _, name, kind, filled, _, key, hidden = row
    marks = ["key"] * bool(key) + ["optional"] * (not filled and not key) + ["derived"] * bool(hidden)
    if name in leads:
        marks.append(f"→ {leads[name]}")
    return f"`{name}` {kind.lower()}" + (f" ({', '.join(marks)})" if marks else "")


def _value(noun: type) -> str:
    return f"## {noun.__name__}\n\n```text\n{_signature(noun, noun.__name__)}\n```\n\n{_prose(noun)}\n"


def _callable(verb: Callable[..., object], name: str) -> str:
    return f"## {name}\n\n```text\n{_signature(verb, name)}\n```\n\n{_prose(verb)}\n"


def _signature(what: Callable[..., object], name: str) -> str:
    """Render a signature, a parameter a line where it is long, with the types as they are written in the source."""
    shown = inspect.signature(what)
    kept = [p for p in shown.parameters.values() if p.name != "self"]
    text = str(shown.replace(parameters=kept)).removesuffix(" -> None")
    text = re.sub(r"\b(?:collections\.abc|graphmem(?:\.\w+)+|datetime|pathlib(?:\.\w+)*|typing)\.(?=\w)", "", text)
    text = re.sub(r"<factory>|<\w+ [^<>]*(?:<\w+>)?[^<>]* at 0x\w+>", "...", text).replace("'", '"')
    if len(name + text) <= 110:
        return name + text
    return name + re.sub(r", (?=\*|\w+: )", ",\n    ", text).replace("(", "(\n    ", 1)


def _prose(what: object) -> str:
    """Render a Google-style docstring as Markdown: sections become lists, examples are left to the code."""
    text = inspect.cleandoc(getattr(what, "__doc__", None) or "").split("\n>>> ")[0]
    out, inside = [], False
    for line in text.splitlines():
        section = _SECTION.fullmatch(line)
        if section:
            out.append(f"**{section[1]}:** {section[2]}".rstrip() + ("" if section[2] else "\n"))
            inside = not section[2]
        elif inside and line.startswith("    ") and not line.startswith("     "):
            argument, _, rest = line.strip().partition(":")
            out.append(f"- `{argument}`:{rest}" if rest else f"- {argument}")
        elif inside and line.startswith("     "):
            out.append("  " + line.strip())
        else:
            inside = inside and not line.strip()
            out.append(line)
    return "\n".join(out).strip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
