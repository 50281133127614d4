"""Recall, opening and memory at size: `python -m tests.bench.scale --data FOLDER --interactions 100000 --facts 300000`.

Builds SQLite stores of 1k, 10k and 100k interactions (or the sizes asked for) from LoCoMo's turns, and one with 20 %
passages of 2Wiki, repeated and renamed, and measures each in fresh processes: the first without an index snapshot, the
second with one. Prints one JSON object per store. Files are in the page cache; questions are embedded for real.
`--tokens` measures recall(rerank="tokens"), too, with token vectors of all turns kept: real ones, but not each turn's
own, since to encode 100k turns would take most of an hour and what they cost does not depend on what they say.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np

from graphmem import Memory
from graphmem.identity import entity_id
from graphmem.model import Entity, Mention
from graphmem.models.cache import CachedEmbedder
from graphmem.models.registry import load_embedder
from graphmem.models.token_cache import SqliteTokenCache
from graphmem.ports import Batch, VectorRow
from graphmem.read.tokens import packed, token_embedder
from graphmem.stores.sqlite import SqliteStore
from graphmem.text.embedding_text import embedding_text
from graphmem.text.mentions import mentions_of
from graphmem.token_ports import TokenRow
from graphmem.write.admit import Admitter
from graphmem.write.extract import SpacyExtractor
from graphmem.write.facts import batch_of
from pipelines.evaluate.cache import CachedExtractor
from pipelines.evaluate.cases import Case, Question
from pipelines.evaluate.datasets import load
from tests.bench.material import Piece, Renamer, originals, repeated
from tests.bench.opening import spending

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE = "bench"
CHUNK = 2_000
ASKED = 200
PASSAGES = 1_500
#: So many facts are asserted for one that is new: people repeat themselves.
REPEATED = 1.045


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the benchmark data")
    parser.add_argument("--interactions", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--facts", type=int, help="facts in the largest store (default: three per interaction)")
    parser.add_argument("--cache", type=Path, help="keep vectors and parses here")
    parser.add_argument("--passages", type=float, nargs="+", default=[0.0, 0.2], help="shares of passages, 0 to 1")
    parser.add_argument("--tokens", action="store_true", help="measure rerank='tokens', too, in stores of chat")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measured(asked.measure)))
        return
    if asked.data is None or not asked.data.exists():
        parser.error(f"no benchmark data at {asked.data}: give its folder with --data")
    with tempfile.TemporaryDirectory(prefix="graphmem-scale-") as folder:
        material = Material.read(asked.data, cache=asked.cache or Path(folder) / "cache")
        tokens = material.tokens() if asked.tokens else []
        largest = max(asked.interactions)
        each = REPEATED * (asked.facts or 3 * largest) / largest
        for size, share in [(n, s) for s in asked.passages for n in asked.interactions if not s or n == largest]:
            kept = [] if share else tokens
            one = one_store(material, Path(folder), size=size, share=share, facts_each=each, tokens=kept)
            print(json.dumps(one), flush=True)


class Material:
    """Real turns and passages, ready to be repeated, and questions about them."""

    def __init__(self, chat: list[Piece], library: list[Piece], questions: list[Question], renamer: Renamer) -> None:
        self.chat, self.library, self.questions, self.renamer = chat, library, questions, renamer

    @classmethod
    def read(cls, data: Path, *, cache: Path) -> "Material":
        chats = list(load("locomo", path=data / "locomo").cases)
        (wiki,) = load("multihop", path=data / "multihop" / "2wiki").cases
        units = [(case, u) for case in chats for u in case.units]
        texts = [u.told.text for _, u in units] + [u.text for u in wiki.units[:PASSAGES]]
        with closing(CachedEmbedder(load_embedder(), cache)) as embedder:
            extractor = CachedExtractor(SpacyExtractor(), directory=cache, version="bench")
            tell(f"parsing and embedding {len(units)} turns and {PASSAGES} passages (once, with --cache)")
            chat = [
                p
                for case in chats
                for p in in_case(case, originals(case.units, embedder=embedder, extractor=extractor))
            ]
            library = originals(wiki.units[:PASSAGES], embedder=embedder, extractor=extractor)
        questions = [q for case in chats for q in case.questions]
        known = {u.key for u in wiki.units[:PASSAGES]}
        return cls(chat, library, questions + [q for q in wiki.questions if q.gold & known], Renamer.of(texts))

    def tokens(self) -> list[bytes]:
        """Return the packed token vectors of each turn."""
        texts = [embedding_text(Admitter("bench", p.session, WHEN).admit(p.told)) for p in self.chat]
        return [packed(found.vectors) for found in token_embedder(load_embedder()).embed_tokens(texts)]

    def stream(self, *, share: float, facts_each: float) -> Iterator[Piece]:
        """Yield pieces for ever, `share` of them passages."""
        chat = repeated(self.chat, renamer=self.renamer, facts_each=facts_each)
        library = repeated(self.library, renamer=self.renamer, facts_each=facts_each, seed=1)
        rng = random.Random(0)
        while True:
            yield next(library if rng.random() < share else chat)


def in_case(case: Case, pieces: Sequence[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        yield Piece(
            told=piece.told,
            session=f"{case.name}/{piece.session}",
            extraction=piece.extraction,
            vector=piece.vector,
            sentences=piece.sentences,
        )


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def one_store(
    material: Material, folder: Path, *, size: int, share: float, facts_each: float, tokens: Sequence[bytes] = ()
) -> dict[str, object]:
    """Build a store and measure it in two fresh processes: without a snapshot of the index, then with one."""
    path = folder / f"{size}-{share}.db"
    started = time.perf_counter()
    stats = build(path, material.stream(share=share, facts_each=facts_each), size=size)
    built = time.perf_counter() - started
    tell(f"{size} interactions built in {built:.0f} s")
    if tokens:
        keep_tokens(path, tokens)
    rng = random.Random(1)
    copies = max(1, size // (len(material.chat) + 1))
    pool = material.questions if share else [q for q in material.questions if ":" in q.id]
    asked = [material.renamer.rename(q.text, copy=rng.randrange(copies)) for q in rng.sample(pool, ASKED)]
    path.with_suffix(".questions").write_text(json.dumps(asked))
    cold, warm = in_fresh_process(path), in_fresh_process(path)
    snapshot = path.with_name(path.name + ".index")
    result = {
        "bench": "scale",
        "store": "SQLite",
        "kind": "chat and passages" if share else "chat",
        **stats,
        "build_s": round(built, 1),
        "store_mb": megabytes(path),
        "snapshot_mb": round(megabytes(snapshot) - megabytes(tokens_of(path)), 1),
        "open_to_first_recall_s": warm["open_s"],
        "open_to_first_recall_without_snapshot_s": cold["open_s"],
        "without_snapshot": {name: value for name, value in cold.items() if name.startswith("open_")},
        "whole_process_s": warm["process_s"],
        "recall_p50_ms": warm["p50_ms"],
        "recall_p95_ms": warm["p95_ms"],
        "recall_cpu_p50_ms": warm["cpu_p50_ms"],
        "recall_cpu_p95_ms": warm["cpu_p95_ms"],
        **{f"recall_{name}": value for name, value in warm.items() if name.startswith("tokens_")},
        "embed_question_p50_ms": warm["embed_p50_ms"],
        "index_mb": warm["index_mb"],
        "rss_mb": warm["rss_mb"],
        "peak_rss_mb": warm["peak_mb"],
        "peak_rss_without_snapshot_mb": cold["peak_mb"],
    }
    path.unlink()
    shutil.rmtree(snapshot, ignore_errors=True)
    return result


def megabytes(path: Path) -> float:
    files = path.rglob("*") if path.is_dir() else [path]
    return round(sum(f.stat().st_size for f in files if f.is_file()) / 1e6, 1)


def build(path: Path, pieces: Iterator[Piece], *, size: int) -> dict[str, object]:
    """Write pieces through the store's own verbs, in bulk, and return its counts."""
    with Memory.open(path, namespace=NAMESPACE, extractor=None) as memory:
        memory.remember("A first word, so that the memory knows its model.", session="bench")
        origin = next(i.origin for i in memory.namespaces() if i.name == NAMESPACE)
        left = size - 1
        while left > 0:
            left -= write(memory, origin, list(islice(pieces, min(CHUNK, left))))
        stats = memory.stats()
    shutil.rmtree(path.with_name(path.name + ".index"), ignore_errors=True)
    return {
        "interactions": stats.interactions,
        "facts": stats.facts,
        "entities": stats.entities,
        "mentions": stats.mentions,
    }


def write(memory: Memory, origin: str, pieces: Sequence[Piece]) -> int:
    rows = [Admitter(origin, p.session, p.told.at or WHEN).admit(p.told) for p in pieces]
    new = set(memory.store.admit(NAMESPACE, rows, now=WHEN).new)
    kept = [(row, piece) for row, piece in zip(rows, pieces, strict=True) if row.id in new]
    names = [(row, m) for row, _ in kept for m in mentions_of(row.searchable, row.title)]
    drawn = batch_of(origin, [(row, piece.extraction) for row, piece in kept])
    memory.store.save(
        NAMESPACE,
        Batch(
            vectors=[VectorRow(row.id, piece.vector, piece.sentences) for row, piece in kept],
            entities=[*(Entity(id=entity_id(origin, m.name), name=m.name) for _, m in names), *drawn.entities],
            mentions=[
                *(
                    Mention(
                        interaction=row.id,
                        entity=entity_id(origin, m.name),
                        count=m.count,
                        about=m.about,
                        weight=m.weight,
                    )
                    for row, m in names
                ),
                *drawn.mentions,
            ],
            facts=drawn.facts,
            assertions=drawn.assertions,
            done=drawn.done,
        ),
        now=WHEN,
    )
    return len(pieces)


def keep_tokens(path: Path, tokens: Sequence[bytes]) -> None:
    """Keep token vectors of all turns of a store of repeated ones, each some original's: they cost the same."""
    with Memory.open(path, namespace=NAMESPACE, extractor=None) as memory:
        memory.recall("warm up", rerank="tokens")
    cache, since, more = SqliteTokenCache(tokens_of(path)), 0, True
    with closing(cache), SqliteStore.open(path) as store:
        seq = store.seq(NAMESPACE)
        while more:
            page = store.changes(NAMESPACE, since=since, only={"interactions"})
            told = [i for i in page.interactions if i.session != "bench"]
            rows = [TokenRow(i.id, i.arrival, tokens[i.arrival % len(tokens)]) for i in told]
            cache.put(NAMESPACE, rows, seq=seq)
            since, more = page.seq, page.more
    for snapshot in filter(Path.is_dir, tokens_of(path).parent.iterdir()):
        shutil.rmtree(snapshot)


def tokens_of(path: Path) -> Path:
    return path.with_name(path.name + ".index") / "tokens.sqlite"


def in_fresh_process(path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.scale", "--measure", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"measuring {path.name} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def process_start() -> float:
    """Return when this process was started, in seconds since 1970 (Linux)."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    since_boot = float(Path("/proc/uptime").read_text().split()[0])
    return time.time() - (since_boot - ticks / os.sysconf("SC_CLK_TCK"))


def milliseconds(call: Callable[[str], object], texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return wall and CPU milliseconds of each call; CPU time stays true on a busy machine."""
    wall, cpu = [], []
    for text in texts:
        begun, used = time.perf_counter(), time.process_time()
        call(text)
        wall.append(1000 * (time.perf_counter() - begun))
        cpu.append(1000 * (time.process_time() - used))
    return wall, cpu


def percentile(values: Sequence[float], q: int) -> float:
    return round(float(np.percentile(values, q)), 1)


def measured(path: Path) -> dict[str, float]:
    """Open the store, ask every question once, and return what it took."""
    questions = json.loads(path.with_suffix(".questions").read_text())
    started, busy = time.perf_counter(), time.process_time()
    with spending(SqliteStore) as spent:
        memory = Memory.open(path, namespace=NAMESPACE)
        memory.recall(questions[0])
    opened, process = time.perf_counter() - started, time.time() - process_start()
    opened_cpu = time.process_time() - busy
    took, used = milliseconds(memory.recall, questions)
    with_tokens = tokens_measured(memory, questions, path) if tokens_of(path).exists() else {}
    embedded, _ = milliseconds(memory._embedder.embed_question, questions[:50])
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    result = {
        "open_s": round(opened, 2),
        "open_cpu_s": round(opened_cpu, 2),
        **spent.told(),
        "process_s": round(process, 2),
        "p50_ms": percentile(took, 50),
        "p95_ms": percentile(took, 95),
        "cpu_p50_ms": percentile(used, 50),
        "cpu_p95_ms": percentile(used, 95),
        **with_tokens,
        "embed_p50_ms": percentile(embedded, 50),
        "rss_mb": round(int(status["VmRSS"].split()[0]) / 1e3, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1),
        "index_mb": round(sum(index.nbytes for index in memory._shelf._open.values()) / 1e6, 1),
    }
    memory.close()
    return result


def tokens_measured(memory: Memory, questions: Sequence[str], path: Path) -> dict[str, float]:
    """Ask every question once more, comparing single tokens."""
    memory.recall(questions[0], rerank="tokens")
    took, used = milliseconds(lambda text: memory.recall(text, rerank="tokens"), questions)
    told = [("p50_ms", took, 50), ("p95_ms", took, 95), ("cpu_p50_ms", used, 50), ("cpu_p95_ms", used, 95)]
    return {f"tokens_{name}": percentile(values, q) for name, values, q in told} | {
        "tokens_mb": megabytes(tokens_of(path))
    }


if __name__ == "__main__":
    main()
