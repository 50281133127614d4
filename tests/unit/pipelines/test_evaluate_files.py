import gzip
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from graphmem.errors import FormatError, NotFound
from pipelines.evaluate.files import data_file, parse_date, records, text_of


def written(path: Path, text: str) -> Path:
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


ROWS = [{"a": 1}, {"a": "zwei"}]


@pytest.mark.parametrize("name", ["x.json", "x.json.gz", "misnamed.txt"])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\n" + json.dumps({"data": ROWS}),
        json.dumps({"data": ROWS, "version": 2}, indent=1),
        "\n".join(map(json.dumps, ROWS)),
        "\n\n".join(map(json.dumps, ROWS)) + "\n\n",
        "\ufeff" + "\r\n".join(map(json.dumps, ROWS)),
    ],
)
def test_lists_wrapped_lists_and_lines_read_alike(tmp_path: Path, name: str, text: str) -> None:
    """One set of records reads the same as a list, wrapped, indented or by lines, plain or gzip, whatever its name."""
    assert list(records(written(tmp_path / name, text))) == ROWS


def test_a_single_object_is_one_record(tmp_path: Path) -> None:
    """A file with one object alone, on one line or many, is one record."""
    for indent in (None, 2):
        path = written(tmp_path / f"{indent}.json", json.dumps({"qa": [1, 2]}, indent=indent))
        assert list(records(path)) == [{"qa": [1, 2]}]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    """A truncated line is refused with its number."""
    path = written(tmp_path / "x.jsonl", '{"a": 1}\n\n{"a": 2}\n{"a": ')
    with pytest.raises(FormatError, match="line 4"):
        list(records(path))


@pytest.mark.parametrize("text", ["", "7", '["a"]', "not json", '{"a": 1}\n7'])
def test_other_content_is_refused(tmp_path: Path, text: str) -> None:
    """What is not JSON objects is refused with a sentence."""
    with pytest.raises(FormatError):
        list(records(written(tmp_path / "x.json", text)))


def test_a_truncated_gzip_is_refused(tmp_path: Path) -> None:
    """A gzip file that was cut off is refused, not read in part."""
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(("\n".join(json.dumps({"a": n}) for n in range(20_000))).encode())[:-2_000])
    with pytest.raises(FormatError, match="whole"):
        list(records(path))


def test_a_folder_means_its_only_file(tmp_path: Path) -> None:
    """A folder with one JSON file is that file; with none or two it is refused by name; an absent path is not found."""
    with pytest.raises(FormatError, match="0 JSON files"):
        data_file(tmp_path)
    only = written(tmp_path / "dev set.json.gz", "[]")
    assert data_file(tmp_path) == only
    written(tmp_path / "other.jsonl", "")
    with pytest.raises(FormatError, match=r"other\.jsonl"):
        data_file(tmp_path)
    with pytest.raises(NotFound, match="no data at"):
        data_file(tmp_path / "absent")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1:56 pm on 8 May, 2023", datetime(2023, 5, 8, 13, 56, tzinfo=UTC)),
        ("2023/06/17 (Sat) 04:02", datetime(2023, 6, 17, 4, 2, tzinfo=UTC)),
        ("2023/06/17", datetime(2023, 6, 17, tzinfo=UTC)),
        ("2023-06-17T04:02:00+02:00", datetime(2023, 6, 17, 4, 2, tzinfo=timezone(timedelta(hours=2)))),
        ("2023-06-17 04:02", datetime(2023, 6, 17, 4, 2, tzinfo=UTC)),
    ],
)
def test_dates_of_the_sets_are_read(text: str, instant: datetime) -> None:
    """The dates of LoCoMo and LongMemEval and ISO dates become aware instants."""
    assert parse_date(text) == instant


@pytest.mark.parametrize("value", ["", "someday", None, 7, "31 February, 2023"])
def test_other_dates_are_unknown(value: object) -> None:
    """What is no date is unknown, not guessed."""
    assert parse_date(value) is None


def test_texts_can_be_stored() -> None:
    """Halves of surrogate pairs and control characters are replaced, lists and parts joined, None is empty."""
    assert text_of("a\ud83db\x00c") == "a\ufffdb c"
    assert text_of(["x", {"type": "text", "text": "y"}, None]) == "x y"
    assert text_of(None) == ""
    assert text_of(7) == "7"
    text_of("\ud83d\ude00").encode()
