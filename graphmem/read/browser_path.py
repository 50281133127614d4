"""The statement that draws in Neo4j Browser how the graph led to a hit: ids inlined as literals that none can leave."""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath

from graphmem.model import Hit

__all__ = ["browser_folder", "explain", "literal"]

#: What may stand in a literal as it is, beside letters and digits.
_PLAIN = frozenset(" _-./:@#+,=")
_PARAMETER = re.compile(r"\$(\w+)")
_QUOTE, _BACKSLASH = "'", "\\"


def browser_folder() -> Traversable:
    """Return where Browser's assets are: in the package when it is installed, beside it in a checkout."""
    packaged = files("graphmem") / "cypher" / "browser"
    return packaged if packaged.is_dir() else FilePath(__file__).resolve().parents[2] / "cypher" / "browser"


def explain(hit: Hit) -> str:
    r"""Return a Cypher statement that, pasted in Neo4j Browser, draws the path that led to the hit.

    It reads and takes no parameters; a hit without a path is drawn among what it mentions or
    names. It finds something where the hit's memory is in Neo4j. Ids are the only values in it (no text of a memory).

    >>> print(explain(Hit(type="entity", id="o'hara", score=1, text="", namespace="user/ada")).splitlines()[1])
    MATCH (hit:Entity {namespace: 'user/ada', id: 'o' + "'" + 'hara'})
    """
    kind, values = _told(hit)
    inlined = {name: literal(value) for name, value in values.items()}
    # One pass over the text that we ship: what is put in is not searched again.
    return _PARAMETER.sub(lambda found: inlined[found[1]], _shipped(kind))


def literal(value: str) -> str:
    r"""Return a Cypher expression whose value is the text, on one line, and which nothing in the text can end.

    Quotes and backslashes stand in literals of their own: Neo4j 5 replaces `\u0027` by a quote before it looks for
    literals, wherever it stands, so that a backslash of the text must never come before a `u` of the text.

    >>> print(literal("user/ada"), literal("a'b"), literal("\\u0027"), literal("x;\n"))
    'user/ada' 'a' + "'" + 'b' '\\' + 'u0027' 'x\u003B\u000A'
    """
    pieces = re.split(r"(['\\])", value)
    told = [_piece(piece) for piece in pieces if piece]
    return " + ".join(told) if told else "''"


def _piece(piece: str) -> str:
    if piece == _QUOTE:
        return '"\'"'
    if piece == _BACKSLASH:
        return "'\\\\'"
    return f"'{''.join(map(_character, piece))}'"


def _character(character: str) -> str:
    """Return a character as it is, or as the escapes of its UTF-16 units; both readings of an escape give it."""
    if character.isalnum() or character in _PLAIN:
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _told(hit: Hit) -> tuple[str, dict[str, str]]:
    """Return which shipped statement draws the hit's path, and its values."""
    steps, values = hit.why.path.steps, {"namespace": hit.namespace, "hit": hit.id}
    match [label for label, _, _ in steps]:
        case ["Interaction", "Entity", "Interaction"]:
            return "link", {**values, "start": steps[0][1], "entity": steps[1][1]}
        case ["Interaction", "Interaction"]:
            return "neighbour", {**values, "start": steps[0][1]}
        case ["Interaction", "Entity"]:
            return "mentioned", {**values, "start": steps[0][1]}
        case ["Entity", "Interaction"]:
            return "named", {**values, "entity": steps[0][1]}
    return hit.type, values


@cache
def _shipped(kind: str) -> str:
    return (browser_folder() / "explain" / f"{kind}.cypher").read_text(encoding="utf-8").strip()
