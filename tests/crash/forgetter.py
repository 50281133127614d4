"""Forget what a ruling rests on, and die before its slot is judged anew: `python tests/crash/forgetter.py FILE`."""

import os
import signal
import sys
from datetime import UTC, datetime

from graphmem import Memory
from graphmem.model import Fact
from graphmem.write.rulings import Rulings


def at(year: int) -> datetime:
    """Return the beginning of a year."""
    return datetime(year, 1, 1, tzinfo=UTC)


def main(path: str) -> None:
    """Tell of three homes, one after the other; forget the second, and be killed right behind the erasure."""
    memory = Memory.open(path)
    memory.remember("I live in Porto.", speaker="Ada", at=at(2020))
    second = memory.remember("I live in Lisbon.", speaker="Ada", at=at(2021)).ids
    memory.remember([Fact("Ada", "lives_in", "Rome", valid_at=at(2022))])
    sys.setprofile(die_before_judging)
    memory.forget(interactions=second)


def die_before_judging(frame: object, event: str, _: object) -> None:
    """Kill this process, with no chance to tidy up, as it begins to judge."""
    if event == "call" and getattr(frame, "f_code", None) is Rulings.catch_up.__code__:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
