"""The nearest turns from codes of 8 bits: what they are, and that they are those of all numbers."""

import numpy as np
import pytest

from graphmem.ports import VectorRow
from graphmem.read import vectors as vectors_module
from graphmem.read.codes import Codes
from graphmem.read.columns import Flags, Floats, Ints
from graphmem.read.nearest import Nearest, nearest_of
from graphmem.read.vectors import ABSENT, VectorTable, reply_cosines

N, D = 4_000, 280
STEPS = (-1, 1, -2, 2, -3, 3, -4, 4)


def _units(rng: np.random.Generator, count: int) -> Floats:
    """Vectors of which the first dimensions tell most, turned at random."""
    made = rng.standard_normal((count, D)) * np.linspace(1.0, 0.02, D) ** 2
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def _around() -> Ints:
    around = np.arange(N)[:, np.newaxis] + np.array(STEPS)
    return np.where((around < 0) | (around >= N), -1, around).astype(np.int32)


def _rows(told: Floats, rows: range) -> list[tuple[int, VectorRow]]:
    none = np.zeros((0, D), dtype=np.float32)
    return [(row, VectorRow(str(row), told[row], none)) for row in rows if row % 7]


@pytest.fixture(name="table")
def _table(monkeypatch: pytest.MonkeyPatch) -> VectorTable:
    """Rows of which every seventh has no vector; codes are made of the first half, the rest comes later."""
    monkeypatch.setattr(vectors_module, "CODES_FROM", 1_000)
    told = _units(np.random.default_rng(0), N)
    table = VectorTable()
    table.grow(N // 2)
    table.put(_rows(told, range(N // 2)))
    table.smooth(np.arange(N // 2, dtype=np.int32), np.minimum(_around()[: N // 2], N // 2 - 1))
    assert table.codes is not None
    table.grow(N)
    table.put(_rows(told, range(N // 2, N)))
    table.smooth(np.arange(N // 2 - 4, N, dtype=np.int32), _around())
    table.put([(8, VectorRow("8", told[9], np.zeros((0, D), dtype=np.float32)))])
    table.smooth(np.arange(0, 16, dtype=np.int32), _around())
    return table


def _all(table: VectorTable, question: Floats) -> tuple[Floats, Floats]:
    cosines, present = table.cosines(question)
    smoothed = table.smoothed(cosines, _around())
    return reply_cosines(cosines, present, _around()), reply_cosines(smoothed, present, _around())


def _nearest(table: VectorTable, question: Floats) -> Nearest:
    assert table.codes is not None
    return Nearest(table, table.codes, question, _around())


def _mask() -> Flags:
    return np.arange(N) % 3 > 0


def test_single_cosines_are_those_of_all_compared_at_once(table: VectorTable) -> None:
    """A row's cosine is the same whether it is compared alone, with a few, or with all rows."""
    question = _units(np.random.default_rng(1), 1)[0]
    dense, context = _all(table, question)
    rows = np.array([0, 7, 8, 14, 500, 3999], dtype=np.int32)
    near = _nearest(table, question)
    assert np.allclose(near.dense(rows), dense[rows], atol=1e-6)
    assert np.allclose(near.context(rows), context[rows], atol=1e-6)
    assert near.dense(rows[:1])[0] == _nearest(table, question).dense(rows)[0]


def test_leaders_hold_the_best(table: VectorTable) -> None:
    """Whoever is among the best by smoothed cosine, or is the closest, is found; few others are looked at."""
    looked = []
    for seed in range(20):
        question = _units(np.random.default_rng(seed), 1)[0]
        dense, context = _all(table, question)
        near = _nearest(table, question)
        allowed = np.where(_mask(), context, ABSENT)
        leaders = near.leaders(_mask(), top=10)
        assert leaders is not None
        assert set(np.argsort(-allowed)[:10].tolist()) <= set(leaders.tolist()) <= set(np.flatnonzero(_mask()).tolist())
        assert near.greatest(_mask()) == pytest.approx(float(dense[_mask()].max()), abs=1e-6)
        looked.append(len(leaders))
    assert np.mean(looked) < N / 20


def test_leaders_are_nobody_where_most_would_be(table: VectorTable) -> None:
    """Where nearly as many are wanted as there are, all are compared instead."""
    assert _nearest(table, _units(np.random.default_rng(1), 1)[0]).leaders(_mask(), top=2_000) is None


def test_codes_follow_what_is_removed_and_kept(table: VectorTable) -> None:
    """After rows left, and through a snapshot, the others' answers stay, and nothing of those gone is held."""
    assert table.codes is not None
    question = _units(np.random.default_rng(2), 1)[0]
    table.remove(1)
    assert not table.codes.state()["codes"][0].any()
    kept = np.arange(2, N)
    before = _nearest(table, question).dense(np.array([10, 100], dtype=np.int32))
    table.compact(kept)
    loaded = VectorTable.from_state(table.state())
    assert loaded.codes is not None
    assert loaded.nbytes == table.nbytes
    after = Nearest(loaded, loaded.codes, question, _around()[: N - 2]).dense(np.array([8, 98], dtype=np.int32))
    assert np.array_equal(before, after)
    assert len(loaded.codes.state()["codes"]) == len(loaded.state()["matrix"])


def test_codes_tell_how_far_they_may_be_off() -> None:
    """Products from codes are within their bounds: of likely vectors, of coordinate axes, and of nothing."""
    rng = np.random.default_rng(3)
    vectors = np.concatenate([_units(rng, 500), np.eye(D, dtype=np.float32), np.zeros((1, D), dtype=np.float32)])
    codes = Codes(D)
    codes.take(vectors, np.zeros(0, dtype=np.int32))
    for question in (*_units(rng, 20), *np.eye(D, dtype=np.float32)[:3]):
        told, off = codes.products(question)
        assert np.all(np.abs(told - vectors @ question) <= off)
        assert float(off.max()) < 0.05


def test_without_a_question_or_with_another_dimension_nothing_is_compared(table: VectorTable) -> None:
    """Bounds are asked for only where there is something to compare."""
    question = _units(np.random.default_rng(1), 1)[0]
    assert nearest_of(table, question, _around()) is not None
    assert nearest_of(table, question[:-1], _around()) is None
    assert nearest_of(table, None, _around()) is None
