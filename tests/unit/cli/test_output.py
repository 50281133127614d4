"""Results as JSON and text, settings, progress."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from graphmem.cli import progress as bars
from graphmem.cli.app import run
from graphmem.cli.face import instant
from graphmem.cli.output import date_text, indented, one_line, plain
from graphmem.errors import InvalidInput
from graphmem.model import Hit, Interaction
from graphmem.settings import Settings, read_settings

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


class Terminal(io.StringIO):
    """A text stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_results_are_plain_json() -> None:
    """A hit with all that hangs on it, and numbers of numpy's, become JSON; instants are UTC."""
    east = NOON.astimezone(timezone(timedelta(hours=2)))
    interaction = Interaction(id="i", session="s", kind="message", text="t", at=east, metadata={"k": (1, {"z"})})
    hit = Hit(type="interaction", id="i", score=np.float64(0.5), text="t", interaction=interaction)
    read = json.loads(json.dumps(plain(hit)))
    assert read["score"] == 0.5
    assert read["interaction"]["at"] == "2024-05-01T12:00:00+00:00"
    assert read["interaction"]["metadata"] == {"k": [1, ["z"]]}
    assert plain(Path("a/b")) == "a/b"


def test_a_memorys_text_cannot_drive_the_terminal() -> None:
    """Escape sequences, carriage returns and direction marks are replaced; lines stay lines where they may."""
    hostile = "\x1b]0;title\x07red\x1b[31m\rover\u202ereverse\nnext"
    assert not set("\x1b\x07\r\u202e") & set(one_line(hostile) + indented(hostile))
    assert indented("a\nb") == "   a\n   b"


def test_long_lines_are_shortened() -> None:
    """A line over its width ends in an ellipsis and is no longer than asked."""
    assert one_line("word " * 10, width=12) == "word word w…"


def test_unknown_dates_say_so() -> None:
    """An unknown date reads `undated`."""
    assert (date_text(None), date_text(NOON)) == ("undated", "2024-05-01 12:00")


def test_settings_come_from_the_environment() -> None:
    """Three variables are read; empty ones count as absent."""
    given = {"GRAPHMEM_STORE": "a.db", "GRAPHMEM_NAMESPACE": "", "GRAPHMEM_EMBEDDER": "bge-small"}
    assert read_settings(given) == Settings(store="a.db", namespace=None, embedder="bge-small")
    assert read_settings({}) == Settings()


def test_an_address_that_says_who_asks_is_believed() -> None:
    """User, password and database of the environment fill only what an address leaves out: `copy` takes two of them."""
    told = read_settings({"NEO4J_PASSWORD": "word", "NEO4J_DATABASE": "home"})
    assert told.auth_for("neo4j://db") == ("neo4j", "word")
    assert told.auth_for("bolt://a%40b@db/x") == ("a@b", "word")
    assert told.auth_for("neo4j://ada:own%3A@db") is None
    assert [told.database_for(at) for at in ("neo4j://db", "neo4j://db/", "neo4j://db/own", "a.db")] == [
        "home", "home", None, None,
    ]  # fmt: skip
    assert read_settings({}).auth_for("neo4j://ada@db") is None


def test_an_options_instant_is_aware() -> None:
    """An option's instant keeps its zone, takes this machine's where it has none, and a bad one names the option."""
    assert instant("2024-05-01T12:00:00Z", option="--since") == NOON
    local = instant("2024-05-01T12:00:00", option="--since")
    assert local is not None
    assert local.tzinfo is not None
    assert instant(None, option="--since") is None
    with pytest.raises(InvalidInput, match="--since"):
        instant("soon", option="--since")


def test_a_bar_shows_up_only_for_someone_and_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn when piped, nor for what is done at once; a long task shows its name and count."""
    for stream, patience, drawn in ((io.StringIO(), 0.0, False), (Terminal(), 60.0, False), (Terminal(), 0.0, True)):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(bars, "_PATIENCE", patience)
        with bars.progress("Remembering", total=10) as tick:
            for _ in range(5):
                tick(2)
        assert ("Remembering" in stream.getvalue()) is drawn


def test_the_pace_tells_rate_and_time_left() -> None:
    """The pace is the rate since the start, with the time left where the whole is known."""
    assert bars.pace(128, total=400, seconds=4.0) == "32.0/s, 0:00:08 left"
    assert bars.pace(5_000, total=None, seconds=2.0) == "2500/s"
    assert bars.pace(0, total=10, seconds=1.0) == ""


@pytest.mark.parametrize(
    "given",
    [
        ["recall", "x", "--since", "soon"],
        ["remember", "--text", "x", "--at", "2026-13-45"],
        ["history", "--until", ""],
        ["facts", "--as-of", "nan"],
        ["close", "q1", "--outcome", "maybe"],
        ["consolidate", "--step", "dream"],
    ],
)
def test_an_option_that_means_nothing_is_wrong_usage(
    given: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An option's nonsense leaves with 2 and one line that names the option, before anything is made or read."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        run(given)
    said = capsys.readouterr().err
    assert (left.value.code, said.count("\n"), list(tmp_path.iterdir())) == (2, 1, [])
    assert given[-2] in said


@pytest.mark.parametrize("option", ["--store", "--embedder"])
def test_a_name_too_long_for_a_path_is_one_line(
    option: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no file can be called is refused in a line, not by the system's error."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        run(["remember", "--text", "x", "--no-facts", option, "x" * 5_000])
    assert (left.value.code, capsys.readouterr().err.count("\n")) == (1, 1)
