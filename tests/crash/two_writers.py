"""Several processes write one file at the same time: `python tests/crash/two_writers.py --size 2000`.

Each admits and saves its own interactions, and one in ten that all of them tell, and all follow the change log
meanwhile. Prints one JSON object; the exit status is 1 where anything is missing or there twice.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.backdoor import SqliteBackdoor
from graphmem.testing.material import NOW, NS, Reader, about_ada, turn

BATCH = 20
SHARED_EVERY = 10


def id_of(writer: int, n: int) -> str:
    """Return the id of a writer's n-th interaction: shared by all writers, or its own."""
    return f"shared-{n}" if n % SHARED_EVERY == 0 else f"writer-{writer}-{n}"


def write(path: Path, writer: int, size: int) -> None:
    """Write `size` interactions and follow the log, then read it anew and compare."""
    follower = Reader()
    with SqliteStore.open(path) as store:
        for first in range(0, size, BATCH):
            told = [turn(n, id=id_of(writer, n)) for n in range(first, min(first + BATCH, size))]
            store.admit(NS, told, now=NOW)
            store.save(NS, about_ada(*(i.id for i in told)), now=NOW)
            follower.follow(store)
        missing = [id_of(writer, n) for n in range(size) if id_of(writer, n) not in follower.interactions]
    if missing:
        sys.exit(f"writer {writer} cannot see {len(missing)} of its own interactions")


def run(path: Path, *, writers: int, size: int) -> dict[str, object]:
    """Start the writers, wait for them, and count."""
    begun = time.perf_counter()
    children = [
        subprocess.Popen([sys.executable, __file__, "--path", str(path), "--writer", str(n), "--size", str(size)])
        for n in range(writers)
    ]
    codes = [child.wait() for child in children]
    seconds = time.perf_counter() - begun
    expected = {id_of(w, n) for w in range(writers) for n in range(size)}
    backdoor = SqliteBackdoor(path)
    with SqliteStore.open(path) as store:
        history = store.history(NS, top_k=10**9)
        reader = Reader()
        reader.follow(store)
        return {
            "writers": writers,
            "interactions_each": size,
            "expected": len(expected),
            "there": backdoor.count("Interaction", NS),
            "missing": len(expected - {i.id for i in history}),
            "twice": backdoor.duplicates(),
            "mentions": backdoor.count("MENTIONS", NS),
            "torn": backdoor.torn(),
            "pending": store.stats(NS).pending,
            "unsound": len(store.check()),
            "arrivals_in_a_row": sorted(i.arrival for i in history) == list(range(1, len(expected) + 1)),
            "log_complete": reader.interactions.keys() == expected,
            "failed_writers": sum(code != 0 for code in codes),
            "seconds": round(seconds, 1),
        }


def main() -> int:
    """Run as the parent, or as one writer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", type=int, default=2_000)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--writer", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.writer is not None:
        write(asked.path, asked.writer, asked.size)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder) / "shared.db", writers=asked.writers, size=asked.size)
    print(json.dumps(found))
    sound = found["there"] == found["expected"] and not any(
        found[name] for name in ("missing", "twice", "torn", "pending", "unsound", "failed_writers")
    )
    return 0 if sound and found["arrivals_in_a_row"] and found["log_complete"] else 1


if __name__ == "__main__":
    sys.exit(main())
