"""Consolidate namespaces of a store, one after the other: `python -m pipelines.consolidate STORE [--namespace NAME]`.

A job for a timer, beside the agents that write: every namespace of the store, or those named, is brought into line
(`Memory.consolidate`), and one JSON object a namespace says what was done and how long it took. Progress goes to
stderr. Interrupted, the next run goes on. `--chat` names a chat model that words summaries, as `graphmem` takes it.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from graphmem.errors import GraphMemError, InvalidInput
from graphmem.learn.steps import EVERY_STEP, STEPS
from graphmem.memory import Memory
from graphmem.settings import read_settings

__all__ = ["main"]

_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job; return 0, 2 for arguments that cannot be used, 1 where a store or model failed."""
    asked = _parser().parse_args(argv)
    try:
        for line in _consolidated(asked):
            print(json.dumps(line), flush=True)
    except InvalidInput as err:
        return _complain(err, _USAGE)
    except GraphMemError as err:
        return _complain(err, 1)
    return 0


def _complain(err: Exception, code: int) -> int:
    print(f"consolidate: {err}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.consolidate", description=__doc__)
    parser.add_argument("store", help="path of a SQLite file, or a Neo4j server")
    parser.add_argument("--namespace", action="append", help="only this one; may be repeated (default: all)")
    parser.add_argument("--step", action="append", choices=EVERY_STEP, help=f"may be repeated (default: {STEPS})")
    parser.add_argument("--embedder", help="as Memory.open takes it")
    parser.add_argument(
        "--chat", help="PROVIDER:MODEL, or object:MODULE:NAME of a LangChain chat model or of what makes one"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing, and say what would be")
    return parser


def _consolidated(asked: argparse.Namespace) -> Iterator[Mapping[str, object]]:
    if "://" not in asked.store and not Path(asked.store).exists():
        raise InvalidInput(f"there is no memory at {asked.store}")
    told = read_settings()
    chat = asked.chat or told.chat
    with Memory.open(
        asked.store, embedder=asked.embedder, extractor=None, chat=chat, auth=told.auth_for(asked.store)
    ) as memory:
        there = [info.name for info in memory.namespaces()]
        if unknown := [name for name in asked.namespace or () if name not in there]:
            raise InvalidInput(f"no namespace is called {', '.join(unknown)}; there are {', '.join(there)}")
        names = asked.namespace or there
        for name in names:
            sibling = memory.sibling(name)
            started = time.perf_counter()
            done = sibling.consolidate(steps=asked.step or STEPS, dry_run=asked.dry_run, tick=_tell(name))
            yield {
                "namespace": name,
                "seconds": round(time.perf_counter() - started, 2),
                "written": dict(done.written),
                "retired": dict(done.retired),
                "links": done.links,
                "interactions": done.interactions,
                "by": done.by,
                "degraded": [d.why for d in done.degraded],
                "dry_run": done.dry_run,
            }
            sibling.close()


def _tell(namespace: str) -> Callable[[str, int], None]:
    def tell(step: str, count: int) -> None:
        print(f"{namespace}: {step}: {count}", file=sys.stderr, flush=True)

    return tell
