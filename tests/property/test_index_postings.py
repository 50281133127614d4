"""Laws of the postings: whatever was added, removed, merged and compacted, they answer as a list of texts would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.read import postings as module
from graphmem.read.postings import Postings, idf, packed_strings, unpacked_strings

WORDS = "abcde"
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), min_size=1, max_size=12)


def filled(documents):
    found = Postings()
    for row, terms in enumerate(documents):
        found.add(row, terms)
    return found


def expected(documents, gone, term):
    return {r: float(d.count(term)) for r, d in enumerate(documents) if r not in gone and term in d}


def answers(found, term):
    posting = found.term(term)
    assert np.all(np.diff(posting.rows) > 0)
    return dict(zip(posting.rows.tolist(), posting.tf.tolist(), strict=True))


@pytest.fixture(params=[0, 3, 20_000], ids=["always merged", "sometimes", "never merged"])
def floor(request, monkeypatch):
    monkeypatch.setattr(module, "_TAIL_FLOOR", request.param)


@pytest.mark.usefixtures("floor")
@given(documents=texts, data=st.data())
def test_terms_are_found_where_they_stand(documents, data):
    """A term's posting is exactly the rows that hold it and were not removed, whenever the tail was merged."""
    gone = data.draw(st.sets(st.integers(0, len(documents) - 1)))
    found = filled(documents)
    answers(found, "a")
    for row in gone:
        found.remove(row)
    for term in WORDS:
        assert answers(found, term) == expected(documents, gone, term)
    assert found.n_docs == len(documents) - len(gone)


@given(documents=texts, data=st.data())
def test_compaction_and_snapshots_change_no_answer(documents, data):
    """Rows are renumbered in order, and words that nobody has any more are forgotten."""
    gone = data.draw(st.sets(st.integers(0, len(documents) - 1)))
    found = filled(documents)
    for row in gone:
        found.remove(row)
    kept = [row for row in range(len(documents)) if row not in gone]
    found.compact(np.array(kept, dtype=np.int64))
    again = Postings.from_state(found.state())
    left = [documents[row] for row in kept]
    for term in WORDS:
        assert answers(found, term) == answers(again, term) == expected(left, set(), term)
    assert set(unpacked_strings(again.state()["terms"])) == {term for terms in left for term in terms}
    assert again.n_docs == len(kept)


@given(documents=texts, question=st.lists(st.sampled_from(WORDS + "z"), max_size=4))
def test_bm25_is_the_textbook_sum(documents, question):
    """Scores equal the formula, term by term, and are finite and never negative."""
    found = filled(documents)
    scores = found.bm25(question, k1=1.5, b=0.75)
    mean = max(1.0, sum(map(len, documents)) / len(documents))
    for row, terms in enumerate(documents):
        total = 0.0
        for term in set(question):
            tf = terms.count(term)
            df = sum(term in d for d in documents)
            total += idf(len(documents), df) * tf * 2.5 / (tf + 1.5 * (0.25 + 0.75 * len(terms) / mean)) if tf else 0
        assert scores[row] == pytest.approx(total, rel=1e-4)


def test_removed_rows_never_count_again_and_unknown_ones_are_ignored():
    """Removing twice, or what was never there, changes nothing."""
    found = filled([["a"], ["a", "b"]])
    found.remove(0)
    found.remove(0)
    found.remove(99)
    assert answers(found, "a") == {1: 1.0}
    assert (found.n_docs, found.mean_length) == (1, 2.0)


def test_masked_rows_score_nothing():
    """A mask takes rows out of the scores."""
    scores = filled([["a"], ["a"]]).bm25(["a"], k1=1.5, b=0.75, mask=np.array([True, False]))
    assert scores[0] > 0
    assert scores[1] == 0


@given(st.lists(st.text(st.characters(codec=None, exclude_categories=[])), max_size=5))
def test_any_strings_survive_packing(strings):
    """Ids and names with lone surrogates, line breaks or nothing in them come back as they were."""
    assert unpacked_strings(packed_strings(strings)) == strings
