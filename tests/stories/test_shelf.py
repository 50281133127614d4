"""Indexes in use: opened fast, kept up by forgetting, shared by threads and processes."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import Opener

PARSERS = """
import sys
from graphmem import Memory
with Memory.open(sys.argv[1], namespace="user/ada") as memory:
    print(memory.recall("Where does Ada live?")[0].text)
print(sorted({"spacy", "thinc", "torch"} & set(sys.modules)))
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
    texts = [f"The heron number {n} stood by the weir." for n in range(600)]
    with opened(path) as memory:
        memory.remember([*texts, "The zeppelin has landed."], speaker="Ada", background=True)
        memory.recall("zeppelin")
    with opened(path) as memory:
        gone = memory.recall("zeppelin")[0].id
        before = memory._shelf._open["user/ada"]
        assert before.snapshot_seq > 0
        memory.forget(interactions=[gone])
        assert not list((tmp_path / "memory.db.index").iterdir())
        assert gone not in [hit.id for hit in memory.recall("zeppelin")]
        assert memory._shelf._open["user/ada"] is before
