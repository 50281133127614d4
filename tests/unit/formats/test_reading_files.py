"""Files, folders, and which format they are in."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from graphmem.errors import FormatError, InvalidInput, NotFound
from graphmem.formats import Item, Problem, ReadOptions, Skipped, read
from graphmem.formats.detect import detect
from tests.unit.formats.conftest import Reading, Told


@pytest.mark.parametrize(
    ("name", "head", "found"),
    [
        ("a.md", "# T", "markdown"), ("a.txt", '{"text": 1}', "text"), ("a.jsonl", '{"text": "x"}', "messages"),
        ("a.json", '[{"role": "user", "content": "x"}]', "openai"), ("a.json", '{"messages": []}', "openai"),
        ("conversations.json", '[{"title": "x", "mapping": {', "chatgpt"), ("a.json.gz", '[{"qa": [], "id"', None),
        ("a.json", '[{"qa": [{"question": "mapping"}], "conversation": {', "locomo"), ("-", "Dear diary", "text"),
        ("-", ' \n{"content": "x"}\n', "messages"), ("notes", "words", "text"), ("-", "[link](x) words", "text"),
        ("a.jsonl", "", "messages"), ("A.MD.GZ", "", "markdown"),
    ],
)  # fmt: skip
def test_formats_are_told_by_name_and_beginning(name: str, head: str, found: str | None) -> None:
    """Suffixes settle prose; JSON is told by the keys of its first record."""
    if found is None:
        with pytest.raises(FormatError, match="--format"):
            detect(name, head)
    else:
        assert detect(name, head) == found


def test_an_export_of_ours_points_to_import() -> None:
    """Our own export is not remembered as messages: the message says how to bring it in."""
    with pytest.raises(FormatError, match="graphmem import"):
        detect("a.jsonl", '{"graphmem": 1, "type": "header"}')


def test_folders_are_read_by_name(tmp_path: Path) -> None:
    """A folder is read in order of names, hidden files passed over, others left aside or reported one by one."""
    for name, content in {
        "b/two.md": "Two.", "a.txt": "One.", ".hidden.md": "no", ".git/x.md": "no", "pic.png": "\x89PNG",
        "z.json": '{"unknown": 1}', "chat.jsonl": '{"text": "Hi", "at": "2024-05-01T00:00:00Z"}\n',
    }.items():  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    (tmp_path / "bin.txt").write_bytes(b"\x00\x01")
    told = Told(list(read(tmp_path)))
    assert [(item.session, item.what.text) for item in told.items] == [
        ("a.txt", "One."), ("chat.jsonl", "Hi"), ("b/two.md", "Two.")
    ]  # fmt: skip
    assert [s.path for s in told.skipped] == ["pic.png"]
    assert [p.path for p in told.problems] == ["bin.txt", "z.json"]


def test_gzip_is_transparent_and_truncation_reported(reading: Reading) -> None:
    """A gzip file reads like the plain one; a cut-off one gives what could be read and says so."""
    packed = gzip.compress("".join(f'{{"text": "turn {n}", "id": "{n}"}}\n' for n in range(8_000)).encode())
    assert len(reading("a.jsonl.gz", packed).items) == 8_000
    told = reading("a.jsonl.gz", packed[: len(packed) // 2])
    assert 0 < len(told.items) < 8_000
    assert "truncated gzip" in told.problems[-1].why


def test_paths_that_are_not_there_are_refused(tmp_path: Path) -> None:
    """A missing path, an unknown format and a binary file named by itself raise our errors."""
    with pytest.raises(NotFound):
        list(read(tmp_path / "none"))
    with pytest.raises(InvalidInput, match="unknown format"):
        list(read(tmp_path, options=ReadOptions(format="pdf")))  # type: ignore[arg-type]
    (tmp_path / "x.txt").write_bytes(b"\x00" * 10)
    with pytest.raises(FormatError, match="not text"):
        list(read(tmp_path / "x.txt"))


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads standard input and tells its format like a file's."""
    stream = io.TextIOWrapper(io.BytesIO(b'{"text": "Hi", "id": "1"}\n{"text": "Yo", "id": "2"}\n'))
    monkeypatch.setattr(sys, "stdin", stream)
    assert Told(list(read("-"))).texts == ["Hi", "Yo"]


def test_a_stream_is_read_as_it_comes(tmp_path: Path) -> None:
    """The first messages of a long file are there before the rest is read."""
    path = tmp_path / "long.jsonl"
    path.write_text('{"text": "one"}\n' * 3 + "not json\n" * 100_000)
    stream = read(path)
    first = [next(stream) for _ in range(3)]
    assert all(isinstance(one, Item) for one in first)
    assert isinstance(next(stream), Problem)


def test_a_list_on_one_line_is_cut_into_its_messages(reading: Reading) -> None:
    """A list of two megabytes without a line end yields every message (it is read in pieces)."""
    records = [{"role": "user", "content": f'turn {n} with a "quoted" word \\ and more' * 3} for n in range(12_000)]
    told = reading("a.json", json.dumps(records))
    assert told.texts == [record["content"] for record in records]


def test_problems_name_their_place() -> None:
    """A problem reads as `file:line: why`."""
    assert str(Problem("a.jsonl", 3, "bad")) == "a.jsonl:3: bad"
    assert str(Problem("a.jsonl", None, "bad")) == "a.jsonl: bad"
    assert Skipped("x.png", "no reader").path == "x.png"
