"""Named statements in files: one noun a file, parameters declared, nothing formatted into a statement's text.

A file holds statements one after the other, each under a header of comments (`--` in SQL, `//` in Cypher):

    -- name: facts_about
    -- mode: read
    -- params: namespace, entity_ids
    -- What it returns, in words.
    SELECT ...
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Literal, cast

from graphmem.errors import StatementError

__all__ = ["CYPHER", "SQL", "Language", "Statement", "load_statements", "parse_statements"]

#: `admin` reads counts and the schema: such statements need no namespace, order or limit.
Mode = Literal["read", "write", "admin"]


@dataclass(frozen=True, slots=True)
class Language:
    """How a statement language writes a comment, a parameter and what must not be searched for either."""

    suffix: str
    comment: str
    parameter: re.Pattern[str]
    opaque: re.Pattern[str]
    reads: frozenset[str]


SQL = Language(
    suffix=".sql",
    comment="--",
    parameter=re.compile(r"(?<![:\w]):([A-Za-z_]\w*)"),
    opaque=re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL),
    reads=frozenset({"SELECT", "WITH", "VALUES", "PRAGMA"}),
)
CYPHER = Language(
    suffix=".cypher",
    comment="//",
    parameter=re.compile(r"\$([A-Za-z_]\w*)"),
    opaque=re.compile(
        r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:[^`]|``)*`|//[^\n]*|/\*.*?\*/",
        re.DOTALL,
    ),
    reads=frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL", "SHOW", "CYPHER"}),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One named statement: its text as it is run, its parameters in the order declared, and where it was read."""

    name: str
    mode: Mode
    params: tuple[str, ...]
    text: str
    about: str
    file: str

    def __str__(self) -> str:
        return f"{self.name} ({self.file})"


def load_statements(folder: Traversable, *, language: Language) -> Mapping[str, Statement]:
    """Read every statement file directly in a folder, by name of statement.

    Raises: StatementError: a file breaks its own declaration, or two statements have one name.
    """
    found: dict[str, Statement] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(language.suffix):
            continue
        for statement in parse_statements(file.read_text(encoding="utf-8"), file=file.name, language=language):
            if statement.name in found:
                raise StatementError(f"{statement}: the name is taken by {found[statement.name]}; give it another")
            found[statement.name] = statement
    return MappingProxyType(found)


def parse_statements(text: str, *, file: str, language: Language) -> list[Statement]:
    """Return the statements of one file, in its order.

    Raises: StatementError: text before the first name, a name twice, a missing or unknown mode, a parameter that is
        undeclared, unused or declared twice, more than one statement under a name, a write declared as a read.
    """
    header = re.compile(rf"^{language.comment}\s*name:(.*)$", re.MULTILINE)
    starts = list(header.finditer(text))
    before = text[: starts[0].start()] if starts else text
    if language.opaque.sub("", before).strip():
        raise StatementError(f"{file}: there is text before the first '{language.comment} name:' line")
    ends = [*(start.start() for start in starts[1:]), len(text)]
    statements = [
        _statement(start[1].strip(), text[start.end() : end], file=file, language=language)
        for start, end in zip(starts, ends, strict=True)
    ]
    _refuse_twice([s.name for s in statements], where=file, what="statement")
    return statements


def _statement(name: str, chunk: str, *, file: str, language: Language) -> Statement:
    where = f"{name or '(no name)'} ({file})"
    comments, body = _split_header(chunk, comment=language.comment)
    mode = comments.get("mode", "")
    if not name.isidentifier() or mode not in ("read", "write", "admin") or "params" not in comments:
        raise StatementError(f"{where}: a statement starts with its name, 'mode: read|write|admin' and 'params: ...'")
    params = tuple(p.strip() for p in comments["params"].split(",") if p.strip())
    bare = language.opaque.sub(" ", body)
    _check_params(params, used=set(language.parameter.findall(bare)), where=where)
    _check_body(bare, mode=mode, language=language, where=where)
    return Statement(name, cast("Mode", mode), params, body.strip().rstrip(";"), comments.get("", ""), file)


def _split_header(chunk: str, *, comment: str) -> tuple[dict[str, str], str]:
    """Split what follows a name into its comment lines (by key; "" gathers the prose) and the statement itself."""
    lines = chunk.strip("\n").split("\n")
    cut = next((n for n, line in enumerate(lines) if not line.lstrip().startswith(comment)), len(lines))
    told: dict[str, str] = {}
    for line in (line.lstrip().removeprefix(comment).strip() for line in lines[:cut]):
        key, colon, value = line.partition(":")
        if colon and key in ("mode", "params") and key not in told:
            told[key] = value.strip()
        else:
            told[""] = f"{told.get('', '')} {line}".strip()
    return told, "\n".join(lines[cut:])


def _check_params(params: tuple[str, ...], *, used: set[str], where: str) -> None:
    _refuse_twice(params, where=where, what="parameter")
    if undeclared := sorted(used - set(params)):
        raise StatementError(f"{where}: uses undeclared parameters {', '.join(undeclared)}; add them to 'params:'")
    if unused := sorted(set(params) - used):
        raise StatementError(f"{where}: declares unused parameters {', '.join(unused)}; drop them from 'params:'")


def _check_body(bare: str, *, mode: str, language: Language, where: str) -> None:
    plain = bare.strip()
    if not plain:
        raise StatementError(f"{where}: there is no statement under the name")
    if ";" in plain.rstrip(";").rstrip():
        raise StatementError(f"{where}: holds more than one statement; give each a name of its own")
    if mode != "write" and plain.split(None, 1)[0].upper() not in language.reads:
        raise StatementError(f"{where}: is declared 'mode: {mode}' but starts like a write")


def _refuse_twice(names: Iterable[str], *, where: str, what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise StatementError(f"{where}: the {what} {name} is there twice")
        seen.add(name)
