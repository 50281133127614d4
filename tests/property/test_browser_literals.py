"""Laws of the literals that ids become in a statement for Neo4j Browser."""

import re
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from graphmem.model import Hit, Path, Why
from graphmem.read.browser_path import explain, literal

#: A whole literal in either quotes; none of what ids become may stand outside one but ` + `.
LITERAL = re.compile(r"'((?:\\.|[^'\\])*)'|\"((?:\\.|[^\"\\])*)\"")
TEXTS = (
    st.text(st.characters(codec="utf-8"))
    | st.text("'\"\\u027;`$\n{}x")
    | st.from_regex(r"\\+u00[25][27Cc]'", fullmatch=True)
)


def lexed(text: str) -> Iterator[str]:
    """The values of literals joined by ` + `, as the language reads them; anything else is an error."""
    at = 0
    while at < len(text):
        found = LITERAL.match(text, at)
        assert found is not None, f"{text[at:]!r} stands outside a literal"
        inner = found[1] if found[1] is not None else found[2]
        yield re.sub(r"\\(\\|u[0-9A-F]{4})", lambda e: "\\" if e[1] == "\\" else chr(int(e[1][1:], 16)), inner)
        at = found.end()
        if at < len(text):
            assert text.startswith(" + ", at)
            at += 3


def replaced_early(text: str) -> str:
    """What Neo4j 5 makes of a statement before it looks for literals: every escape of a character is that character."""
    return re.sub(r"\\u([0-9A-Fa-f]{4})", lambda e: chr(int(e[1], 16)), text)


def joined(values: Iterator[str]) -> str:
    return "".join(values).encode("utf-16", "surrogatepass").decode("utf-16")


@given(TEXTS)
@example("\\u0027")
@example("\\")
def test_a_literal_is_the_text(value: str) -> None:
    """A literal reads back as its text, and ends nowhere before its end, whether escapes are read early or late."""
    assert joined(lexed(literal(value))) == value
    assert joined(lexed(replaced_early(literal(value)))) == value


@given(TEXTS)
def test_a_literal_is_one_line_and_one_statement(value: str) -> None:
    """No line ends, no statement ends and no parameter begins in a literal: Browser splits texts at those."""
    assert not set(literal(value)) & set("\n\r;$`")


@given(namespace=TEXTS, start=TEXTS, entity=TEXTS, hit=TEXTS)
def test_ids_leave_the_statement_as_it_is(namespace: str, start: str, entity: str, hit: str) -> None:
    """Whatever the ids are, the statement around their literals is the one that we ship."""
    told = _shape(start, entity, hit)
    plain = Hit(type="interaction", id="h", score=1, text="", namespace="n", why=_shape("s", "e", "h"))
    nasty = Hit(type="interaction", id=hit, score=1, text="", namespace=namespace, why=told)
    shipped = explain(plain)
    quoted = {"'n'": literal(namespace), "'s'": literal(start), "'e'": literal(entity), "'h'": literal(hit)}
    assert explain(nasty) == re.sub(r"'[nseh]'", lambda found: quoted[found[0]], shipped)


def _shape(start: str, entity: str, hit: str) -> Why:
    steps = (("Interaction", start, ""), ("Entity", entity, ""), ("Interaction", hit, ""))
    return Why(path=Path(steps=steps, relations=("MENTIONS", "MENTIONS")))
