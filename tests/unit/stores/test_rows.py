"""Rows to nouns and back."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.errors import InvalidInput
from graphmem.ports import VectorRow
from graphmem.stores.sqlite.changing import page_end
from graphmem.stores.sqlite.rows import from_micros, interaction_params, json_list, micros, vector_blobs, vector_row
from graphmem.testing.material import NOW, turn


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_instants_survive_exactly(at: datetime) -> None:
    """Every aware instant of the years 1 to 9999 comes back equal, in UTC."""
    back = from_micros(micros(at))
    assert back == at.astimezone(UTC)
    assert back is not None
    assert back.tzinfo is UTC


def test_instants_outside_are_refused() -> None:
    """A naive instant, and one whose UTC is before year 1, are refused with the mend."""
    with pytest.raises(InvalidInput, match="time zone"):
        micros(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(InvalidInput, match="years 1 to 9999"):
        micros(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))))


def test_vectors_of_unfit_shapes_are_refused() -> None:
    """A matrix for a vector, or sentences of another dimension, never reach the disk."""
    good = np.ones(4, np.float32)
    blobs = vector_blobs(VectorRow("i", good.astype(np.float64), np.ones((2, 4))))  # type: ignore[arg-type]
    assert vector_row("i", *blobs).sentences.shape == (2, 4)
    assert vector_row("i", *blobs).vector.dtype == np.float32
    for vector, sentences in ((good.reshape(2, 2), good), (good, np.ones((1, 3), np.float32))):
        with pytest.raises(InvalidInput, match="vectors of i"):
            vector_blobs(VectorRow("i", vector, sentences))


def test_metadata_beyond_json_is_refused() -> None:
    """Values that JSON cannot hold are refused with the mend, not stored as something else."""
    for metadata in ({"a": object()}, {"a": float("nan")}, {"a": {1, 2}}):
        with pytest.raises(InvalidInput, match="JSON"):
            interaction_params(turn(1, metadata=metadata), namespace=1, session=1, seq=1, arrival=1, now=NOW)


def test_lists_refuse_nul() -> None:
    """SQLite's JSON functions end a string at NUL: such an id is refused; a backslash before u0000 is not one."""
    assert json_list(["a", 1, "\\u0000"]) == '["a", 1, "\\\\u0000"]'
    with pytest.raises(InvalidInput, match="NUL"):
        json_list(["a\x00b"])


@given(st.lists(st.integers(1, 20), max_size=60), st.integers(1, 30))
def test_pages_hold_whole_transactions(seqs: list[int], limit: int) -> None:
    """A page ends before the transaction that would exceed the limit, but holds at least one."""
    end = page_end(seqs, limit=limit, last=99)
    if len(seqs) <= limit:
        assert end == 99
    else:
        held = [seq for seq in seqs if seq <= end]
        assert held
        assert len(held) <= limit or set(held) == {min(seqs)}
