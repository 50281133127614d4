"""Consolidation as a job: interrupted and resumed, rolling, over many namespaces, following what is forgotten."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from graphmem import Memory, Message
from graphmem.learn.overview import USUAL
from graphmem.learn.steps import EVERY_STEP
from graphmem.ports import OWN_SETTINGS, Selection
from graphmem.rows import Node
from pipelines.consolidate import main as job
from tests.conftest import WHEN

Opener = Callable[..., Memory]
TOPICS = ("tomatoes", "trains", "chess", "sailing", "bread", "birds")

KILLED = """
import os, signal, sys
from graphmem import Memory
from graphmem.learn import consolidate
consolidate.CHUNK = 2
def tick(step, count):
    if step == "overview":
        os.kill(os.getpid(), signal.SIGKILL)
with Memory.open(sys.argv[1], namespace="user/ada", extractor=None) as memory:
    memory.consolidate(tick=tick)
"""


def _talked(memory: Memory, sessions: range) -> None:
    """A short chat about one topic a session, a session a day."""
    for n in sessions:
        topic, at = TOPICS[n % len(TOPICS)], WHEN + timedelta(days=n)
        texts = [f"I love {topic} number {n}.", f"On day {n} nobody had as many {topic} as I did."]
        memory.remember([Message(t, speaker="Ada", at=at) for t in texts], session=f"day {n:03}")


def _kept(memory: Memory) -> list[tuple[object, ...]]:
    nodes = memory.store.nodes(memory.namespace, expired=True, top_k=10_000)
    links = memory.store.links(memory.namespace)
    told = [(n.id, n.name, n.text, sorted(map(str, n.attributes.items())), n.expired_at) for n in nodes]
    return sorted(told) + sorted((k.type, k.source, k.target, k.key) for k in links)


def test_a_killed_consolidation_goes_on(opened: Opener, tmp_path: Path) -> None:
    """Killed in the middle, what was written stays, and the next run ends where an undisturbed one does."""
    path = tmp_path / "memory.db"
    killed = opened(path, extractor=None)
    _talked(killed, range(4))
    killed.close()
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL
    whole = opened(tmp_path / "whole.db", extractor=None)
    _talked(whole, range(4))
    whole.consolidate()
    again = opened(path, extractor=None)
    assert again.store.nodes(again.namespace, labels=["Segment"])
    again.consolidate()
    assert _kept(again) == _kept(whole)
    assert sum(again.consolidate().written.values()) == 0


def _groups(memory: Memory) -> dict[str, Node]:
    nodes = memory.store.nodes(memory.namespace, labels=["Segment"], top_k=10_000)
    return {n.id: n for n in nodes if n.attributes["level"] in ("period", "memory")}


def test_a_summary_rolls_on_from_its_sources(opened: Opener) -> None:
    """News sums few groups up again; the whole names interactions as its sources; what is forgotten leaves it."""
    memory = opened(extractor=None)
    assert memory.summary().text == ""
    _talked(memory, range(4 * USUAL))
    memory.consolidate()
    before, said = _groups(memory), {i.id: i.text for i in memory.history()}
    assert len(before) > 3
    whole = memory.summary()
    assert whole.text
    sentences = [s.rstrip(".") for s in whole.text.split(". ")]
    assert all(any(s in said[i] for i in whole.sources) for s in sentences)
    assert memory.summary(session="day 003").sources
    _talked(memory, range(4 * USUAL, 4 * USUAL + 1))
    assert memory.consolidate(steps=["sessions", "overview"]).written["overview"] <= 3
    after = _groups(memory)
    assert sum(after[i].revision == before[i].revision for i in before if i in after) >= len(before) - 3
    rolled = memory.summary()
    told = {i.id: i for i in memory.history()}
    for session in {told[i].session for i in rolled.sources}:
        memory.forget(session=session)
    assert memory.summary().text == ""
    memory.consolidate()
    assert memory.summary().text
    assert not any(told[i].text in memory.summary().text for i in rolled.sources)


def test_the_job_takes_every_namespace(opened: Opener, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The job consolidates each namespace, says what it did, writes nothing twice, and refuses what is none."""
    path = tmp_path / "memory.db"
    for namespace in ("user/ada", "user/charles"):
        memory = opened(path, namespace=namespace, extractor=None)
        _talked(memory, range(2))
        memory.close()
    assert job([str(path), "--dry-run"]) == 0
    planned = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert job([str(path)]) == 0
    done = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [d["namespace"] for d in done] == ["user/ada", "user/charles"]
    assert [d["written"] for d in done] == [p["written"] for p in planned]
    assert job([str(path), "--namespace", "user/ada"]) == 0
    assert sum(json.loads(capsys.readouterr().out)["written"].values()) == 0
    assert job([str(path), "--namespace", "nobody"]) == 2
    assert job([str(tmp_path / "none.db")]) == 2


def test_communities_tell_their_sources_and_follow_forgetting(opened: Opener) -> None:
    """A community has a name, keywords and facts it rests on; a forgotten fact leaves no trace in any of them."""
    memory = opened()
    people = ("Ada", "Charles", "Alan", "Edsger")
    said = [*(f"{p} works at Feedzai." for p in people), "Ada lives in Lisbon.", "Grace lives in Lisbon."]
    memory.remember([Message(t, speaker="Ada", at=WHEN + timedelta(days=n)) for n, t in enumerate(said)])
    memory.consolidate(steps=["communities"])
    found = memory.store.nodes(memory.namespace, labels=["Community"])
    assert found
    assert all(n.attributes["keywords"] and n.attributes["by"] == "rules" for n in found)
    assert any("Grace lives in Lisbon." in n.text for n in found)
    links = memory.store.links(memory.namespace, types=["DERIVED_FROM"], sources=[n.id for n in found])
    assert {k.target for k in links} <= {f.id for f in memory.store.facts(memory.namespace)}
    memory.forget(interactions=[memory.history()[-1].id])
    assert not any("Grace" in n.text + n.name for n in memory.store.nodes(memory.namespace, labels=["Community"]))
    memory.consolidate(steps=["communities"])
    again = memory.store.nodes(memory.namespace, labels=["Community"])
    assert again
    assert not any("Grace" in n.text + n.name for n in again)


def test_what_is_forgotten_leaves_no_word_behind(opened: Opener) -> None:
    """Notes, segments, summaries and procedures that hold words of what is forgotten go with it, at once."""
    memory = opened(extractor=None)
    memory.remember(["Quokkas are lovely animals.", "You say that of them all."], speaker="Ada", session="zoo")
    for n in range(3):
        with memory.query(f"Feed animal {n}", id=f"q{n}") as query:
            query.step("peeled the quokka melon", tool="knife")
            query.step("carried it over")
            query.close(outcome="success")
    memory.consolidate(steps=EVERY_STEP)
    holding = _holding(memory, "quokka")
    assert {n.label for n in holding} == {"Annotation", "Segment", "Procedure"}
    assert sum(n.label == "Annotation" for n in holding) > 1  # the other turn's note stands in the same context
    told = [i.id for i in memory.history() if "uokka" in i.text]
    memory.forget(interactions=told)
    assert _holding(memory, "quokka") == []
    memory.consolidate(steps=EVERY_STEP)
    (note,) = memory.store.nodes(memory.namespace, labels=["Annotation"], where={"interaction": memory.history()[0].id})
    assert "quokka" not in note.text


def _holding(memory: Memory, word: str) -> list[Node]:
    nodes = memory.store.nodes(memory.namespace, expired=True, top_k=10_000)
    return [n for n in nodes if word in f"{n.name} {n.text} {dict(n.attributes)}".casefold()]


def _resolved(memory: Memory, numbers: range, end: str) -> list[str]:
    """Three steps each, in the same words but for what resolved it; the ids of the queries."""
    ids: list[str] = []
    for n in numbers:
        query = memory.query("Mend the build", at=WHEN + timedelta(hours=n))
        query.step("read the log", at=WHEN + timedelta(hours=n))
        query.step(end, at=WHEN + timedelta(hours=n, minutes=1))
        ids.append(query.close(outcome="success").id)
    return ids


def _lessons(memory: Memory) -> list[str]:
    memory.consolidate(steps=("insights",))
    return [i.text for i in memory.insights() if i.origin == "stable"]


def test_what_resolves_follows_its_queries(opened: Opener) -> None:
    """As many successes as before, but others, are looked at anew; told again after forgetting, so are the same."""
    memory = opened(extractor=None)
    back = _resolved(memory, range(3), "roll back")
    rolled = ["What mostly resolves “Mend the build”: roll back"]
    assert _lessons(memory) == rolled
    memory.store.forget(memory.namespace, Selection(nodes=tuple(back)), now=WHEN)
    _resolved(memory, range(3, 6), "clear the cache")
    assert _lessons(memory) == ["What mostly resolves “Mend the build”: clear the cache"]
    memory.forget(everything=True)
    _resolved(memory, range(3), "roll back")
    assert _lessons(memory) == rolled
    memory.erase_namespace("user/ada")
    assert all(not memory.store.setting(f"{kind} user/ada") for kind in OWN_SETTINGS)
    _resolved(memory, range(3), "roll back")
    assert _lessons(memory) == rolled
