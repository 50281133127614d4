"""JSON in elements, however long the file."""

import json

from hypothesis import given
from hypothesis import strategies as st

from graphmem.formats.jsonstream import Broken, Element, array_elements, first_keys, line_elements

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
RECORDS = st.dictionaries(st.text(), VALUES, max_size=4)


def pieces(text: str, size: int) -> list[tuple[int, str]]:
    """Cut a text as a source does: at line ends, and after `size` characters, never between backslash and escape."""
    cut: list[tuple[int, str]] = []
    number = 1
    for line in text.splitlines(keepends=True) if "\n" in text else [text]:
        while line:
            end = size + (line[size - 1 : size] == "\\")
            cut.append((number, line[:end]))
            line = line[end:]
        number += 1
    return cut


@given(st.lists(VALUES), st.integers(2, 40), st.sampled_from([None, 1]))
def test_arrays_are_read_element_by_element(values: list[object], size: int, indent: int | None) -> None:
    """Whatever is in a list, and wherever it is cut into pieces, its elements come out as they went in."""
    text = json.dumps(values, indent=indent)
    assert [part.value for part in array_elements(pieces(text, size)) if isinstance(part, Element)] == values


@given(RECORDS, st.integers(2, 40))
def test_one_object_is_one_element(record: dict[str, object], size: int) -> None:
    """A file that holds no list but one object is that object."""
    assert list(array_elements(pieces(json.dumps(record, indent=1), size))) == [Element(1, record)]


@given(st.lists(RECORDS, min_size=1, max_size=5), st.data())
def test_truncated_arrays_give_what_was_complete_and_say_so(records: list[object], data: st.DataObject) -> None:
    """A list cut off anywhere yields its complete elements in order, then one report of the truncation."""
    text = json.dumps(records, indent=1)
    cut = text[: data.draw(st.integers(1, len(text) - 1))]
    parts = list(array_elements(pieces(cut, 1_000)))
    whole = [part.value for part in parts if isinstance(part, Element)]
    assert whole == records[: len(whole)]
    assert isinstance(parts[-1], Broken)
    assert "truncated" in parts[-1].why


def test_a_broken_element_leaves_the_others() -> None:
    """An element that is no JSON is reported with its line, and its neighbours are read."""
    parts = list(array_elements([(1, '[{"a": 1},\n'), (2, '{"b": nope},\n'), (3, '{"c": 3}]\n')]))
    assert [type(part).__name__ for part in parts] == ["Element", "Broken", "Element"]
    assert parts[1].line == 2


def test_bad_lines_leave_the_others() -> None:
    """In JSON Lines a bad line is reported by its number, a cut-off last one as truncated, blank ones not at all."""
    parts = list(line_elements([(1, '{"a": 1}\n'), (2, "\n"), (3, "nope\n"), (4, '{"b": NaN}\n'), (5, '{"c": ')]))
    assert [(part.line, type(part).__name__) for part in parts] == [
        (1, "Element"), (3, "Broken"), (4, "Broken"), (5, "Broken")
    ]  # fmt: skip
    assert isinstance(parts[-1], Broken)
    assert "truncated" in parts[-1].why


def test_deep_nesting_is_reported() -> None:
    """A line nested beyond reason is a bad line, not a crash."""
    (part,) = line_elements([(1, "[" * 100_000 + "]" * 100_000 + "\n")])
    assert isinstance(part, Broken)


def test_first_keys_are_those_of_the_first_object() -> None:
    """The keys of the first record are seen though the text ends early; keys inside it, and in strings, are not."""
    assert first_keys('[{"role": "a \\" {x", "content": [{"type": "t"}], "na') == {"role", "content"}
    assert first_keys('{"a": {"b": 1}, "c": 2}{"d": 1}') == {"a", "c"}
    assert first_keys("plain [words]") == frozenset()
