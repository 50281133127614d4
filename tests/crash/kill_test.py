"""Kill -9 a writing process at random moments, reopen, and look whether anything acknowledged is lost.

`python tests/crash/kill_test.py --kills 100` prints one JSON object; the exit status is 1 where anything is wrong.
A child writes batches of interactions and says on its standard output which call has returned; the parent kills it,
reads the file through the store and behind its back, and starts the next child, which tells the last batches again.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from graphmem.ports import Batch
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.backdoor import SqliteBackdoor
from graphmem.testing.material import NOW, NS, about_ada, turn

SIZE = 8  # interactions a batch
AGAIN = 3  # batches a restarted child tells again
CHILD_SECONDS = 60.0


@dataclass
class Outcome:
    """What a run of kills showed; everything but the first three is to be 0."""

    kills: int = 0
    acknowledged_admits: int = 0
    acknowledged_saves: int = 0
    lost: int = 0
    torn: int = 0
    duplicates: int = 0
    unsound: int = 0
    unfinished: int = 0

    @property
    def sound(self) -> bool:
        return not (self.lost or self.torn or self.duplicates or self.unsound or self.unfinished)


def ids_of(batch: int) -> list[str]:
    """Return the ids of a batch's interactions."""
    return [f"turn-{n}" for n in range(batch * SIZE, (batch + 1) * SIZE)]


def write(path: Path, first: int, batches: int) -> None:
    """Write batches from `first`, and say after each call that it has returned: the child's whole work."""
    with SqliteStore.open(path) as store:
        for batch in range(first, batches):
            told = [turn(n, f"Turn {n}: " + "word " * (n % 400)) for n in range(batch * SIZE, (batch + 1) * SIZE)]
            store.admit(NS, told, now=NOW)
            print(f"admitted {batch}", flush=True)
            store.save(NS, about_ada(*ids_of(batch)), now=NOW)
            print(f"saved {batch}", flush=True)


def started(path: Path, *, first: int, batches: int) -> subprocess.Popen[str]:
    """Start a child that writes."""
    return subprocess.Popen(
        [sys.executable, __file__, "--child", str(path), "--first", str(first), "--batches", str(batches)],
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(child: subprocess.Popen[str], *, after: float, until: str = "") -> list[str]:
    """Let a child write for a moment after its first word (or not even that), kill it, return all it said.

    The first word counts that starts with `until`, however long a slow machine takes to come to it.
    """
    assert child.stdout is not None
    said: list[str] = []
    while after >= 0 and (not said or (said[-1] and not said[-1].startswith(until))):
        said.append(child.stdout.readline())
    time.sleep(abs(after))
    child.kill()
    said += child.stdout.readlines()
    child.wait(CHILD_SECONDS)
    child.stdout.close()
    return [line.strip() for line in said if line.endswith("\n")]


def examine(path: Path, *, admitted: int, saved: int, outcome: Outcome) -> None:
    """Count what is wrong with the file: batches up to `admitted` and `saved` were acknowledged."""
    backdoor = SqliteBackdoor(path)
    outcome.torn += backdoor.torn()
    outcome.duplicates += backdoor.duplicates()
    with SqliteStore.open(path) as store:
        outcome.unsound += len(store.check())
        there = {i.id: i for i in store.history(NS, top_k=10**9)}
        vectors = {v.interaction for v in store.changes(NS, since=0, limit=10**9).vectors}
        mentioned: dict[str, int] = {}
        for mention in store.mentions(NS, list(there)):
            mentioned[mention.interaction] = mentioned.get(mention.interaction, 0) + 1
    outcome.lost += sum(id_ not in there for batch in range(admitted + 1) for id_ in ids_of(batch))
    drawn = {id_ for id_, i in there.items() if i.extractor and id_ in vectors and mentioned.get(id_) == 3}
    outcome.lost += sum(id_ not in drawn for batch in range(saved + 1) for id_ in ids_of(batch))
    half_drawn = {i for i in there if i not in drawn and (there[i].extractor or i in vectors or mentioned.get(i))}
    outcome.torn += len(half_drawn)
    for batch in range(len(there) // SIZE + 2):
        outcome.torn += 0 < sum(id_ in there for id_ in ids_of(batch)) < SIZE
        outcome.torn += 0 < sum(id_ in drawn for id_ in ids_of(batch)) < SIZE


def run(kills: int, *, seed: int, folder: Path) -> Outcome:
    """Kill `kills` children on one file, then let one finish; return what was found."""
    chance = random.Random(seed)
    path = folder / "killed.db"
    outcome = Outcome()
    admitted = saved = -1
    for left in reversed(range(kills)):
        child = started(path, first=max(0, saved + 1 - AGAIN), batches=10**6)
        # One in eight dies while it starts or opens the file, the others while they write.
        after = -chance.uniform(0, 0.4) if chance.random() < 1 / 8 else chance.uniform(0, 0.5)
        said = killed(child, after=after) if left or saved >= 0 else killed(child, after=abs(after), until="saved")
        admitted = max([admitted, *(int(s.split()[1]) for s in said if s.startswith("admitted"))])
        saved = max([saved, *(int(s.split()[1]) for s in said if s.startswith("saved"))])
        outcome.kills += 1
        if path.exists() and admitted >= 0:
            examine(path, admitted=admitted, saved=saved, outcome=outcome)
    outcome.acknowledged_admits, outcome.acknowledged_saves = admitted + 1, saved + 1
    _finish(path, upto=admitted + 1, outcome=outcome)
    return outcome


def _finish(path: Path, *, upto: int, outcome: Outcome) -> None:
    """Do once what a restart does: draw what is pending, and see that nothing is pending afterwards."""
    with SqliteStore.open(path) as store:
        while pending := store.pending(NS, stage="facts"):
            store.save(NS, about_ada(*(i.id for i in pending)), now=NOW)
            store.save(NS, Batch(done={i.id: "test" for i in pending}), now=NOW)
    examine(path, admitted=upto - 1, saved=upto - 1, outcome=outcome)
    with SqliteStore.open(path) as store:
        outcome.unfinished += store.stats(NS).pending


def main() -> int:
    """Run as the parent, or as a child."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--batches", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        write(asked.child, asked.first, asked.batches)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(asked.kills, seed=asked.seed, folder=Path(folder))
    print(json.dumps(asdict(outcome)))
    return 0 if outcome.sound else 1


if __name__ == "__main__":
    sys.exit(main())
