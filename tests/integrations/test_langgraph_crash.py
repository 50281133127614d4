"""The store against a power cut: a put that was acknowledged is there, whole, after the process was killed."""

import subprocess
import sys
from pathlib import Path

from graphmem.integrations.langgraph import GraphMemStore
from tests.conftest import Opener

WRITER = """
import sys
from itertools import count
from graphmem import Memory
from graphmem.integrations.langgraph import GraphMemStore
store = GraphMemStore(Memory.open(sys.argv[1], extractor=None))
for n in count(1):
    store.put(("a",), "k", {"text": f"The heron number {n} stands in the reeds.", "n": n})
    print(n, flush=True)
"""


def test_a_killed_writer_loses_nothing(opened: Opener, tmp_path: Path) -> None:
    """Killed in the middle of overwriting: the last acknowledged value or the one under way is there, and only it."""
    place = tmp_path / "killed.db"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(place)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(12)]
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().split()]
    memory = opened(place, namespace="default", extractor=None)
    store = GraphMemStore(memory)
    item = store.get(("a",), "k")
    assert item is not None
    assert item.value["n"] in (acknowledged[-1], acknowledged[-1] + 1)
    assert [found.value for found in store.search(("a",), query="heron")] == [item.value]
    assert [found.value for found in store.search(("a",))] == [item.value]
    store.put(("a",), "k", {"text": "The end."})
    assert memory.stats().interactions == 1
