"""The simulation of tasks: worlds repeat by seed, bounds bound, runs are kept."""

import json
import tempfile
from functools import partial
from pathlib import Path

import pytest

from graphmem.ports import Embedder
from pipelines.evaluate import tasks
from pipelines.tasks.bounds import bound
from pipelines.tasks.held_out import held_out
from pipelines.tasks.rehearse import rehearse
from pipelines.tasks.simulate import play
from pipelines.tasks.worlds import worlds


def test_worlds_repeat_by_seed_and_change_half_way() -> None:
    """The same seed gives the same tasks; every world has tasks that chance decides, and rules that change."""
    for world in (*worlds(), *held_out()):
        told = world.tasks(200, seed=5)
        assert told == world.tasks(200, seed=5)
        assert any(t.answers is None for t in told)
        parties = {k.name: len(k.personal) for k in world.kinds}
        rules = [
            {(t.kind, t.answers[: len(t.answers) - parties[t.kind]]) for t in half if t.answers is not None}
            for half in (told[:100], told[100:])
        ]
        assert rules[0] != rules[1]
        assert all(len({r for k, r in half if k == kind}) == 1 for half in rules for kind in {k for k, _ in half})


def test_who_knows_the_rules_wins_and_a_bandit_gains() -> None:
    """Told the rules, an agent loses only what noise takes; told the kinds, a bandit gains, a Bayesian gains more."""
    for world in worlds():
        knowing, learning, inferring = (
            [won for won in bound(world, name=name, seed=1, count=400) if won is not None]
            for name in ("told the rules", "bandit told the kinds", "Bayesian told the kinds")
        )
        assert 0.8 < sum(knowing) / len(knowing) < 1
        assert sum(learning) < sum(inferring) < sum(knowing)
        assert sum(learning[50:150]) > sum(learning[:50])


def test_runs_are_kept_and_nothing_else_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An evaluation takes up the runs it knows and plays the others; of its folders for vectors none is left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = tmp_path / "runs.jsonl"
    one = partial(tasks._one, count=4, rehearsed=False)
    played = tasks._played([("plant", "no memory", 1)], one, count=4, processes=1, kept=kept)
    line = json.loads(kept.read_text("utf-8"))
    kept.write_text(json.dumps({**line, "outcomes": [True, True, True, True]}) + "\n", "utf-8")
    again = tasks._played([("plant", "no memory", s) for s in (1, 2)], one, count=4, processes=1, kept=kept)
    assert len(played[0].outcomes) == 4
    assert (again[0].outcomes, again[1].seed) == ((True, True, True, True), 2)
    assert [p.name for p in tmp_path.iterdir()] == ["runs.jsonl"]


def test_a_rehearsal_ends_as_the_play_does(embedder: Embedder) -> None:
    """Without a store an agent is guided by the same lessons and examples: every task ends the same way."""
    world = worlds()[1]
    for arm in ("both + decay", "similar queries only"):
        played, rehearsed = (f(world, arm=arm, seed=4, count=30, embedder=embedder) for f in (play, rehearse))
        assert rehearsed == played
        assert sum(map(bool, played.outcomes)) > 5


def test_an_agent_is_guided_by_what_it_did(embedder: Embedder) -> None:
    """A run gives an outcome for every task but those that chance decides, and the same seed gives the same run."""
    world = worlds()[1]
    runs = [play(world, arm="both + decay", seed=3, count=8, embedder=embedder).outcomes for _ in range(2)]
    assert [won is None for won in runs[0]] == [t.answers is None for t in world.tasks(8, seed=3)]
    assert runs[0] == runs[1]
