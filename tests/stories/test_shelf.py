"""Indexes in use: opened fast, kept up by forgetting, shared by threads and processes."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from graphmem import Fact, Message, Passage
from graphmem.model import RecallOptions
from graphmem.read import shelf
from tests.conftest import WHEN, Opener

PARSERS = """
import sys
from graphmem import Memory
with Memory.open(sys.argv[1], namespace="user/ada") as memory:
    print(memory.recall("Where does Ada live?")[0].text)
print(sorted({"spacy", "thinc", "torch"} & set(sys.modules)))
"""

TELLER = """
import sys
from graphmem import Memory
with Memory.open(sys.argv[1], namespace="user/ada", extractor=None) as memory:
    memory.remember(sys.argv[2], speaker="Charles", session=sys.argv[3])
"""


def test_opening_and_asking_load_no_parser(opened: Opener, tmp_path: Path) -> None:
    """Who only asks does not wait for the language model that draws facts."""
    with opened(tmp_path / "memory.db") as memory:
        memory.remember("I live in Trieste.", speaker="Ada")
    done = subprocess.run(
        [sys.executable, "-c", PARSERS, str(tmp_path / "memory.db")], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["I live in Trieste.", "[]"]


def test_forgetting_one_turn_reads_no_other_again(opened: Opener, tmp_path: Path) -> None:
    """After forgetting, the index goes on from where it was; only its snapshot, which held the words, is gone."""
    path = tmp_path / "memory.db"
    texts = [f"Heron {n}." for n in range(600)]
    with opened(path, extractor=None) as memory:
        memory.remember([*texts, "The zeppelin has landed."], speaker="Ada")
        memory.recall("zeppelin")
    with opened(path, extractor=None) as memory:
        gone = memory.recall("zeppelin")[0].id
        before = memory._shelf._open["user/ada"]
        assert before.snapshot_seq > 0
        memory.forget(interactions=[gone])
        assert not list((tmp_path / "memory.db.index").iterdir())
        assert gone not in [hit.id for hit in memory.recall("zeppelin")]
        assert memory._shelf._open["user/ada"] is before


def test_what_took_long_to_read_is_kept_at_once(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large index that had no snapshot has one as soon as it is read, whatever ends the process."""
    monkeypatch.setattr(shelf, "_SAVED_AT_ONCE", 3)
    memory = opened(tmp_path / "memory.db", extractor=None)
    memory.remember(["One heron.", "Two herons."], session="a")
    memory.recall("heron")
    assert not (tmp_path / "memory.db.index").exists()
    memory.remember("Three herons.", session="b")
    reader = opened(tmp_path / "memory.db", extractor=None)
    reader.recall("heron")
    assert len(list((tmp_path / "memory.db.index").iterdir())) == 1
    again = opened(tmp_path / "memory.db", extractor=None)
    assert len(again.recall("heron")) == 3
    assert again._shelf._open["user/ada"].snapshot_seq > 0


def test_closing_late_keeps_nothing_that_another_forgot(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memory that asked before another one forgot writes no snapshot with the forgotten words."""
    monkeypatch.setattr(shelf, "_WORTH_A_SNAPSHOT", 1)
    early, other = (opened(tmp_path / "memory.db", extractor=None) for _ in range(2))
    early.remember(["One heron.", "A zeppelin."], session="a")
    gone = early.recall("zeppelin")[0].id
    other.forget(interactions=[gone])
    early.close()
    kept = b"".join(p.read_bytes() for p in (tmp_path / "memory.db.index").rglob("*.npy"))
    assert b"heron" in kept
    assert b"zeppelin" not in kept


def test_threads_ask_while_another_tells(opened: Opener) -> None:
    """Eight threads get whole and right answers while a ninth writes turns and pages and forgets some."""
    memory = opened(extractor=None)
    memory.remember([Message("I keep the key under the blue flowerpot.", speaker="Ada", at=WHEN)], session="first")
    memory.remember(Passage("The Weir Mill grinds rye. It was built by Otto Krahn.", title="Weir Mill"), session="docs")

    def tell() -> None:
        for n in range(12):
            at = WHEN + timedelta(hours=12 - n)
            memory.remember([Message(f"Heron {n} came back.", speaker="Eve", at=at, id=f"heron-{n}")], session="birds")
            memory.remember(Passage(f"Otto Krahn owned barge {n}.", title=f"Barge {n}"), session=f"barge-{n}")
            if n % 3 == 2:
                memory.forget(interactions=[f"heron-{n}"])

    def ask(n: int) -> list[tuple[str, bool]]:
        question = ("Where is Ada's key?", "Who built the Weir Mill?")[n % 2]
        found = [memory.recall(question, top_k=3) for _ in range(12)]
        return [(f[0].text, all(abs(sum(h.why.parts.values()) - h.score) < 1e-4 for h in f)) for f in found]

    with ThreadPoolExecutor(9) as pool:
        telling = pool.submit(tell)
        answers = list(pool.map(ask, range(8)))
        telling.result()
    for n, answer in enumerate(answers):
        expected = ("I keep the key under", "The Weir Mill grinds")[n % 2]
        assert all(text.startswith(expected) and sums for text, sums in answer)
    herons = {h.id for h in memory.recall("heron", top_k=50, options=RecallOptions(session="birds"))}
    assert herons == {f"heron-{n}" for n in range(12) if n % 3 != 2}


def test_what_another_process_tells_and_forgets_is_seen(opened: Opener, tmp_path: Path) -> None:
    """A memory that stays open finds what another process wrote, and no longer what another memory forgot."""
    path = tmp_path / "memory.db"
    memory = opened(path, extractor=None)
    memory.remember("The kettle is broken.", speaker="Ada", session="here")
    assert memory.recall("zeppelin")[0].text == "The kettle is broken."
    subprocess.run([sys.executable, "-c", TELLER, str(path), "The zeppelin has landed.", "there"], check=True)
    assert memory.recall("zeppelin")[0].text == "The zeppelin has landed."
    opened(path, extractor=None).forget(session="there")
    assert [hit.text for hit in memory.recall("zeppelin")] == ["The kettle is broken."]


@pytest.mark.parametrize("lost", [(), ("A heron was lost.", "An egret was lost.")], ids=["facts", "turns"])
def test_a_store_put_back_to_a_backup_is_read_anew(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: tuple[str, ...]
) -> None:
    """An index saved after the backup was made is not taken for the store's, however far that has counted since."""
    monkeypatch.setattr(shelf, "_WORTH_A_SNAPSHOT", 1)
    file, kept = tmp_path / "memory.db", tmp_path / "backup.db"
    with opened(extractor=None) as memory:
        memory.remember([Message("A cello.", at=WHEN), Message("A river.", at=WHEN)])
        memory.backup(kept)
        for told in (*(Message(text, at=WHEN) for text in lost), *(Fact("Ada", "has", f"a {n}") for n in range(9))):
            memory.remember(told)
        memory.recall("cello")
    shutil.copy(kept, file)
    with opened(extractor=None) as memory:
        for n in range(8):
            memory.remember(Message(f"Oboe number {n}.", at=WHEN))
        assert len(memory.recall("oboe", top_k=20)) == 10
        assert not any("lost" in hit.text for hit in memory.recall("lost heron", top_k=20))


def test_a_memory_opened_to_read_deletes_no_snapshot(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened read-only, what another forgot is not found, and the snapshot that still holds it stays as it is."""
    monkeypatch.setattr(shelf, "_WORTH_A_SNAPSHOT", 1)
    path, folder = tmp_path / "memory.db", tmp_path / "memory.db.index"
    with opened(path, extractor=None) as memory:
        memory.remember(["One heron.", Message("A zeppelin.", id="zeppelin")])
        memory.recall("zeppelin")
    with opened(path, extractor=None, snapshots=tmp_path / "elsewhere") as memory:
        memory.forget(interactions=["zeppelin"])
    kept = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert kept
    with opened(path, extractor=None, read_only=True) as memory:
        assert "zeppelin" not in [hit.id for hit in memory.recall("zeppelin")]
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == kept
    with opened(path, extractor=None) as memory:
        memory.recall("zeppelin")
        assert not list(folder.iterdir())
