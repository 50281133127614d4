"""What somebody does at the command line, from the first file to the last backup."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graphmem.cli.app import run
from graphmem.errors import StoreError
from graphmem.stores.sqlite import SqliteStore

CHAT = """\
{"text": "I moved to Lisbon and started at Feedzai.", "speaker": "Ada", "at": "2025-03-01T10:00:00Z", "session": "c1"}
{"text": "How is the new flat?", "speaker": "Charles", "at": "2025-03-01T10:01:00Z", "session": "c1"}
{"text": "I adopted a parrot called Babbage.", "speaker": "Ada", "at": "2025-06-07T18:00:00Z", "session": "c2"}
{"text": "ok", "speaker": "Charles", "session": "c2"}
{"text": "ok", "speaker": "Charles", "session": "c2"}
"""


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)

    @property
    def jsons(self) -> list[Any]:
        """The JSON values on stdout, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Graphmem = Callable[..., Done]


@pytest.fixture
def graphmem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Graphmem:
    """Run commands in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as left:
            run(list(arguments))
        told = capfd.readouterr()
        return Done(int(left.value.code or 0), told.out, told.err)

    return command


def test_remember_then_ask(graphmem: Graphmem) -> None:
    """A chat and a folder go in, once; questions, facts, entities, history and counts come out."""
    Path("chat.jsonl").write_text(CHAT)
    Path("notes").mkdir()
    Path("notes/atlas.md").write_text("# Atlas\n\nThe Atlas project draws maps of the Douro valley.\n")
    done = graphmem("remember", "chat.jsonl", "notes", "--json")
    assert (done.code, done.json["interactions"], done.json["undated"], done.json["problems"]) == (0, 6, 2, [])
    again = graphmem("remember", "chat.jsonl", "notes", "--json")
    assert (again.json["interactions"], again.json["known"], again.json["problems"]) == (0, 6, [])

    found = graphmem("recall", "Where does Ada work?", "--top-k", "2", "--json").json
    assert found["hits"][0]["text"] == "I moved to Lisbon and started at Feedzai."
    assert found["hits"][0]["why"]["parts"]
    shown = graphmem("recall", "What is Ada's parrot called?", "--top-k", "1").out
    assert "Babbage" in shown
    assert "why:" in shown
    packed = graphmem("recall", "Where does Ada work?", "--context", "100").out
    assert "Feedzai" in packed
    late = graphmem(
        "recall", "Ada", "--since", "2025-06-01T00:00:00Z", "--until", "2025-07-01T00:00:00Z", "--json"
    ).json
    assert [hit["text"] for hit in late["hits"]] == ["I adopted a parrot called Babbage."]
    assert late["undated"] == 1

    assert any(fact["object"] == "Lisbon" for fact in graphmem("facts", "Ada", "--json").jsons)
    assert [entity["name"] for entity in graphmem("entities", "Babbage", "--json").jsons] == ["Babbage"]
    assert [turn["text"] for turn in graphmem("history", "--session", "c2", "--json").jsons] == [
        "I adopted a parrot called Babbage.", "ok", "ok"
    ]  # fmt: skip
    assert graphmem("stats", "--json").json["interactions"] == 6


def test_bad_lines_are_named_and_the_rest_is_kept(graphmem: Graphmem) -> None:
    """A truncated file with a naive date lands but for its bad lines, leaves with 3 and says which they were."""
    Path("chat.jsonl").write_text(CHAT + '{"text": "naive", "at": "2025-01-01T10:00:00"}\n{"text": "cut o')
    done = graphmem("remember", "chat.jsonl", "--no-facts")
    assert done.code == 3
    assert "chat.jsonl:6:" in done.err
    assert "--timezone" in done.err
    assert "chat.jsonl:7:" in done.err
    assert "5 new" in done.out
    assert graphmem("remember", "chat.jsonl", "--timezone", "Europe/Lisbon", "--no-facts").out.startswith(
        "remembered 1 new, 5 known"
    )


def test_what_the_memory_refuses_is_named_too(graphmem: Graphmem) -> None:
    """An id that is told with two contents is refused once, by line; the lines around it are kept."""
    Path("a.jsonl").write_text("".join(f'{{"text": "t{n}", "id": "{min(n, 1)}"}}\n' for n in range(3)))
    done = graphmem("remember", "a.jsonl", "--no-facts", "--json")
    assert (done.code, done.json["interactions"]) == (3, 2)
    assert [problem["line"] for problem in done.json["problems"]] == [3]


def test_one_sentence(graphmem: Graphmem) -> None:
    """A sentence may be told on the command line, with its speaker, date and session; then asked in a namespace."""
    told = ["--text", "My sister is called Grace.", "--speaker", "Ada", "--at", "2025-01-01T10:00:00Z"]
    assert graphmem("--namespace", "user/ada", "remember", *told, "--session", "s").code == 0
    (turn,) = graphmem("history", "--namespace", "user/ada", "--json").jsons
    assert (turn["speaker"], turn["session"], turn["at"]) == ("Ada", "s", "2025-01-01T10:00:00+00:00")
    missing = graphmem("history")
    assert missing.code == 1
    assert "'user/ada'" in missing.err


def test_errors_are_one_line_and_a_code(graphmem: Graphmem) -> None:
    """Our errors leave with 1 and a line on stderr (with --json: an object); wrong usage leaves with 2."""
    Path("text.db").write_text("this is not a database, and must stay as it is" * 100)
    for arguments in (["recall", "x"], ["--store", "text.db", "stats"], ["remember", "nowhere.md"], ["import", "none"]):
        done = graphmem(*arguments)
        assert (done.code, done.out) == (1, "")
        assert done.err.count("\n") == 1
        assert set(json.loads(graphmem("--json", *arguments).err)) == {"error", "kind"}
    for arguments in (["frobnicate"], ["remember"], ["recall"], ["recall", "x", "--type", "dream"], ["forget"]):
        assert graphmem(*arguments).code == 2
    assert Path("text.db").read_text().startswith("this is not")


def test_an_unset_variable_is_nobodys_memory(graphmem: Graphmem) -> None:
    """An option that is empty, before or behind the command, is refused: nobody's memory goes to `default`."""
    for arguments in (
        ["remember", "--text", "Hi.", "--namespace", ""],
        ["--namespace", " ", "remember", "--text", "Hi."],
        ["--store", "", "remember", "--text", "Hi."],
    ):
        done = graphmem(*arguments)
        assert (done.code, done.out) == (1, "")
        assert "unset variable" in done.err
    assert not Path("graphmem.db").exists()


def test_errors_name_commands(graphmem: Graphmem) -> None:
    """What the library says with its verbs, the command line says with its commands; unknown names are said to be."""
    graphmem("remember", "--text", "I live in Porto.", "--speaker", "Ada")
    assert "`graphmem entities` lists them" in graphmem("merge", "Ada", "Bo").err
    assert graphmem("facts", "Bo").err == "no facts: no entity is called 'Bo'; `graphmem entities` lists them\n"
    assert graphmem("facts", "Ada", "--predicate", "hates").err == "no facts\n"
    Path("chat.jsonl").write_text(CHAT)
    assert "`graphmem remember` takes messages" in graphmem("import", "chat.jsonl").err
    assert "all others were" in graphmem("--store", "b.db", "import", "--from", "mem0", "chat.jsonl").err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full: a full disk on stdout is not shown")
def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    """Where standard output cannot be written, that is said in one line, and the exit code is 1."""
    code = "from graphmem.cli import main; main()"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, "version"], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "graphmem: standard output cannot be written: No space left on device\n"


def test_nothing_is_deleted_unasked(graphmem: Graphmem) -> None:
    """`forget` and `namespaces erase` want --yes where nobody can be asked, and then give a receipt."""
    Path("chat.jsonl").write_text(CHAT)
    graphmem("remember", "chat.jsonl", "--no-facts")
    for arguments in (["forget", "--session", "c1"], ["namespaces", "erase", "default"]):
        refused = graphmem(*arguments)
        assert (refused.code, "--yes" in refused.err) == (1, True)
    assert graphmem("forget", "--session", "c1", "--yes", "--json").json["interactions"] == 2
    assert graphmem("forget", "--session", "c1", "--yes").code == 1
    assert graphmem("namespaces", "rename", "default", "old").code == 0
    assert [info["name"] for info in graphmem("namespaces", "list", "--json").jsons] == ["old"]
    assert graphmem("namespaces", "erase", "old", "--yes").code == 0
    assert graphmem("namespaces", "list", "--json").jsons == []


def test_a_memory_moves(graphmem: Graphmem) -> None:
    """Export, import, backup: the copy answers like the original; a truncated export leaves with 3."""
    Path("chat.jsonl").write_text(CHAT)
    graphmem("remember", "chat.jsonl")
    assert graphmem("export", "all.jsonl.gz", "--vectors", "--json").json["counts"]["interaction"] == 5
    assert graphmem("export", "all.jsonl.gz").code == 1
    done = graphmem("--store", "copy.db", "import", "all.jsonl.gz", "--namespace", "moved", "--json")
    assert (done.code, done.json["interactions"], done.json["bad"]) == (0, 5, 0)
    question = ["recall", "Where does Ada work?", "--json", "--now", "2025-07-01T00:00:00Z"]
    copied = graphmem("--store", "copy.db", "--namespace", "moved", *question).json["hits"]
    assert [(h["id"], h["score"]) for h in copied] == [(h["id"], h["score"]) for h in graphmem(*question).json["hits"]]

    text = graphmem("export", "-").out
    Path("cut.jsonl").write_text(text[: len(text) * 2 // 3])
    cut = graphmem("--store", "cut.db", "import", "cut.jsonl", "--no-facts")
    assert cut.code == 3
    assert "truncated" in cut.err
    assert graphmem("export", "graph.graphml").code == 0
    assert graphmem("backup", "backup.db").code == 0
    assert graphmem("backup", "backup.db").code == 1
    assert "both sides hold the same" in graphmem("copy", "--to", "there.db").out
    assert graphmem("--store", "backup.db", "stats", "--json").json["interactions"] == 5


def test_facts_can_wait(graphmem: Graphmem) -> None:
    """--no-facts leaves the facts pending, says so, and `resume` draws them; `reembed` embeds everything anew."""
    Path("chat.jsonl").write_text(CHAT)
    assert "graphmem resume" in graphmem("remember", "chat.jsonl", "--no-facts").err
    assert graphmem("facts", "--json").jsons == []
    assert graphmem("resume").out.endswith("0 pending\n")
    assert graphmem("facts", "--json").jsons
    assert graphmem("reembed", "--json").json == {"embedded": 5}


def test_merging_names(graphmem: Graphmem) -> None:
    """Two names are made one, either finds both's facts, and unmerging takes it back."""
    for text in ("Ada works at Feedzai.", "Countess lives in Porto."):
        graphmem("remember", "--text", text)
    alone = graphmem("facts", "Ada", "--json").jsons
    assert graphmem("merge", "Countess", "Ada").code == 0
    assert len(graphmem("facts", "Ada", "--json").jsons) > len(alone)
    assert graphmem("unmerge", "Ada", "Countess").code == 0
    assert graphmem("facts", "Ada", "--json").jsons == alone


def test_the_doctor_looks_at_everything(graphmem: Graphmem) -> None:
    """`doctor` is content with a sound memory, points at what is pending, and fails on a foreign file."""
    assert graphmem("doctor", "--json").code == 0
    graphmem("remember", "--text", "Ada works at Feedzai.", "--no-facts")
    findings = {finding["name"]: finding["state"] for finding in graphmem("doctor", "--json").jsons}
    assert findings == {
        "python": "ok", "packages": "ok", "language model": "ok", "embedder": "ok", "store": "ok", "snapshot": "ok",
        "pending": "attention",
    }  # fmt: skip
    Path("text.db").write_text("no database " * 100)
    assert graphmem("--store", "text.db", "doctor").code == 1


def spawned(*arguments: str, folder: Path) -> "subprocess.Popen[str]":
    """Start the command in a process of its own, which Ctrl-C reaches even where it does not reach the tests."""
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code += "from graphmem.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe,
        text=True, encoding="utf-8",
    )  # fmt: skip


def test_ctrl_c_leaves_what_was_told(graphmem: Graphmem, tmp_path: Path) -> None:
    """Interrupted in the middle, `remember` leaves with 130 and a hint; `resume` and telling it again complete it."""
    turns = (f'{{"text": "Ada bought {n} apples in Porto.", "id": "{n}", "speaker": "Ada"}}\n' for n in range(3_000))
    Path("long.jsonl").write_text("".join(turns))
    with spawned("remember", "long.jsonl", folder=tmp_path) as process:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None and _kept(tmp_path) == 0:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "graphmem resume" in err
    kept = _kept(tmp_path)
    assert 0 < kept < 3_000
    assert graphmem("resume").out.endswith("0 pending\n")
    assert graphmem("stats", "--json").json["interactions"] == kept


def _kept(folder: Path) -> int:
    """Return how many interactions are kept, 0 while there is no whole store yet."""
    try:
        store = SqliteStore.open(folder / "graphmem.db", create=False, read_only=True)
    except StoreError:
        return 0
    with closing(store):
        return store.stats("default").interactions


def test_pipes_get_plain_text(tmp_path: Path) -> None:
    """Through pipes: standard input is remembered, output has no escape sequences and stderr no bar; help is quick."""
    with spawned("remember", "-", "--no-facts", folder=tmp_path) as process:
        out, err = process.communicate(CHAT, timeout=120)
    assert process.returncode == 0
    assert out.startswith("remembered 5 new, 0 known; ")
    assert out.count("\n") == 1
    assert "\x1b" not in out + err
    modules = "import sys; from graphmem.cli.app import app; print(*[m for m in sys.modules if m in %r])"
    heavy = ["numpy", "scipy", "spacy", "onnxruntime", "networkx", "sqlite3"]
    loaded = subprocess.run([sys.executable, "-c", modules % heavy], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_learning_is_seen_and_finished_from_the_command_line(graphmem: Graphmem) -> None:
    """An open query is listed and closed, guidance comes from it, and consolidation says what it would and did do."""
    from graphmem import Memory

    with Memory.open("graphmem.db") as memory:
        memory.remember("The Lighthouse seats forty people.", speaker="Ada")
        memory.insight("Book before noon.")
        memory.query("Book a table in Porto", id="q1").step("asked the Lighthouse", tool="phone")
    assert "Book a table in Porto" in graphmem("queries", "--open").out
    assert graphmem("close", "q1", "--outcome", "success", "--json").json["outcome"] == "success"
    assert graphmem("queries", "--open", "--json").jsons == []
    assert "asked the Lighthouse" in graphmem("guidance", "Book a table in Braga").out
    assert [i["text"] for i in graphmem("insights", "--json").jsons] == ["Book before noon."]
    planned = graphmem("consolidate", "--dry-run", "--json").json
    assert planned["written"]["sessions"] > 0
    assert graphmem("consolidate", "--step", "sessions", "--json").json["written"] == {
        "sessions": planned["written"]["sessions"]
    }
    assert graphmem("close", "q1").code == 1


def test_what_is_asked_for_can_be_narrowed(graphmem: Graphmem) -> None:
    """`recall` takes kinds and any ranking; what was learnt can be asked for; unknown names are wrong usage."""
    Path("mixed.jsonl").write_text(CHAT)
    Path("notes.md").write_text("# Atlas\n\nThe Atlas project draws maps of Lisbon.\n")
    graphmem("remember", "mixed.jsonl", "notes.md", "--no-facts")
    hits = graphmem("recall", "maps of Lisbon", "--kind", "passage", "--ranking", "hand", "--json").json["hits"]
    assert [(hit["interaction"]["kind"], hit["why"]["ranking"]) for hit in hits] == [("passage", "hand")]
    learnt = ("--type", "query", "--type", "insight")
    assert graphmem("recall", "maps", *learnt, "--rerank", "off", "--json").json["hits"] == []
    for wrong in (["--kind", "dream"], ["--rerank", "dice"]):
        assert graphmem("recall", "maps", *wrong).code == 2
    assert "no ranking" in graphmem("recall", "maps", "--ranking", "dice").err


def test_a_server_that_is_not_there_is_one_line() -> None:
    """Nothing but our message reaches stderr, whatever the driver has to say."""
    told = "from graphmem.cli.app import run; run(['stats', '--store', 'bolt://localhost:1'])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("graphmem: bolt://localhost:1: ")
    assert done.stderr.count("\n") == 1
