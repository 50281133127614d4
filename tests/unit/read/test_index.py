import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from graphmem.model import RecallOptions
from graphmem.ports import Selection, Store
from graphmem.read.index import Index
from graphmem.read.rank import Ranking
from graphmem.read.search import Cut, search
from graphmem.read.understand import understand
from tests.unit.read.material import NAMESPACE, NOW, passages, question_vector, store_of, tell, turns, vectors_of

QUESTIONS = ("Where does Ada live?", "Who taught the luthier in Trieste?", "When did Clara marry?")


def answers(index, embedder):
    """Ids and scores for some questions: what an index is for."""
    index.refresh()
    found = {}
    for text in QUESTIONS:
        question, vector = understand(text), question_vector(embedder, text)
        ranking = Ranking.load()
        best = search(question, vector=vector, indexes=[index], options=RecallOptions(), ranking=ranking, cut=Cut(8))
        found[text] = [(c.id, round(c.score, 3)) for c in best.candidates]
    return found


@pytest.fixture
def store(embedder):
    return store_of(turns(), passages(), embedder=embedder)


@pytest.fixture
def saved(store, tmp_path):
    path = tmp_path / "snapshot"
    Index.open(store, NAMESPACE, snapshot=path).save(path)
    return path


def test_an_index_is_filled_from_the_store(store, embedder):
    """Everything in the store is in the index, and nothing is rebuilt when nothing changed."""
    index = Index.open(store, NAMESPACE, snapshot=None)
    assert len(index) == len(turns()) + len(passages())
    assert index.seq == store.seq(NAMESPACE)
    rows = index.turns.rows
    index.refresh()
    assert index.turns.rows is rows
    assert index.nbytes > 0


def test_what_another_connection_writes_is_found_at_the_next_recall(store, embedder):
    """Turns told after opening come in by the change log, with the same answers as a fresh index."""
    late = [replace(t, id=f"late-{t.id}", at=t.at + timedelta(days=1)) for t in turns()]
    index = Index.open(store, NAMESPACE, snapshot=None)
    tell(store, late, embedder=embedder)
    assert answers(index, embedder) == answers(Index.open(store, NAMESPACE, snapshot=None), embedder)
    assert len(index) == 2 * len(turns()) + len(passages())


def test_a_turn_without_vectors_is_found_by_its_words(store, embedder):
    """A turn is recallable as soon as it is admitted."""
    tell(store, [replace(turns()[0], id="new", text="The zeppelin has landed.", session="new")])
    index = Index.open(store, NAMESPACE, snapshot=None)
    question = understand("zeppelin")
    found = search(question, vector=None, indexes=[index], options=RecallOptions(), ranking=Ranking.load(), cut=Cut(1))
    assert found.candidates[0].id == "new"


def test_an_empty_namespace_answers_with_nothing(embedder):
    """Opening and asking a namespace nobody wrote to is no error and creates nothing."""
    store = store_of()
    index = Index.open(store, "user/nobody", snapshot=None)
    assert len(index) == 0
    assert all(found == [] for found in answers(index, embedder).values())
    assert store.namespace("user/nobody") is None


def test_a_snapshot_gives_the_same_answers(store, saved, embedder):
    """An index from a snapshot answers as one from the store, without reading the log."""
    fresh, again = (Index.open(store, NAMESPACE, snapshot=path) for path in (None, saved))
    assert (fresh.snapshot_seq, again.snapshot_seq) == (0, store.seq(NAMESPACE))
    assert answers(again, embedder) == answers(fresh, embedder)


def test_an_old_snapshot_is_caught_up(store, saved, embedder):
    """What was written after the snapshot comes from the log."""
    tell(store, [replace(turns()[0], id="late", session="late")], embedder=embedder)
    again = Index.open(store, NAMESPACE, snapshot=saved)
    assert 0 < again.snapshot_seq < again.seq
    assert answers(again, embedder) == answers(Index.open(store, NAMESPACE, snapshot=None), embedder)


def _cut(path: Path) -> None:
    largest = max(path.glob("*.npy"), key=lambda p: p.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-10])


def _flip(path: Path) -> None:
    largest = max(path.glob("*.npy"), key=lambda p: p.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[-3] ^= 1
    largest.write_bytes(content)


def _remove(path: Path) -> None:
    next(path.glob("*.npy")).unlink()


def _garble(path: Path) -> None:
    (path / "header.json").write_text("{")


def _empty_header(path: Path) -> None:
    (path / "header.json").write_text("[]")


def _header(**changes):
    def change(path: Path) -> None:
        header = path / "header.json"
        header.write_text(json.dumps(json.loads(header.read_text()) | changes))

    return change


@pytest.mark.parametrize(
    "harm",
    [_cut, _flip, _remove, _garble, _empty_header, _header(format=0), _header(seq=10**9), _header(store="x"),
     _header(namespace="x"), _header(embedder="x"), _header(checksums={})],
    ids=["cut off", "one bit", "a file gone", "header garbled", "header of another shape", "older format",
         "from the future", "another store's", "another namespace's", "another embedder's", "nothing in it"],
)  # fmt: skip
def test_a_broken_or_foreign_snapshot_costs_time_never_answers(store, saved, embedder, harm):
    """Whatever is wrong with a snapshot, the index is filled from the store."""
    harm(saved)
    again = Index.open(store, NAMESPACE, snapshot=saved)
    assert again.snapshot_seq == 0
    assert answers(again, embedder) == answers(Index.open(store, NAMESPACE, snapshot=None), embedder)


def _bytes_in(path: Path) -> bytes:
    return b"".join(p.read_bytes() for p in path.rglob("*") if p.is_file())


def test_forgetting_deletes_the_snapshot_and_the_next_holds_nothing_of_it(store, saved, embedder):
    """Words that only forgotten interactions had are in no snapshot any more, nor are their vectors."""
    index = Index.open(store, NAMESPACE, snapshot=saved)
    forgotten = next(t for t in turns() if "varnish" in t.text)
    vector = vectors_of(forgotten, embedder).vector.tobytes()
    assert b"varnish" in _bytes_in(saved)
    assert vector in _bytes_in(saved)
    store.forget(NAMESPACE, Selection(interactions=(forgotten.id,)), now=NOW)
    index.refresh()
    assert not saved.exists()
    index.save(saved)
    assert b"varnish" not in _bytes_in(saved)
    assert vector not in _bytes_in(saved)
    assert forgotten.id not in str(answers(Index.open(store, NAMESPACE, snapshot=saved), embedder))


def test_forgetting_a_passage_forgets_its_links(store, saved, embedder):
    """A forgotten passage is neither found nor linked to, and its title's words are in no new snapshot."""
    index = Index.open(store, NAMESPACE, snapshot=saved)
    store.forget(NAMESPACE, Selection(interactions=("doc-3",)), now=NOW)
    index.refresh()
    index.save(saved)
    assert b"lombardi" not in _bytes_in(saved)
    assert b"lombardy" not in _bytes_in(saved)
    assert answers(Index.open(store, NAMESPACE, snapshot=saved), embedder) == answers(
        Index.open(store, NAMESPACE, snapshot=None), embedder
    )


def test_an_id_forgotten_and_told_again_is_another_interaction(store, saved, embedder):
    """What was told under an id before it was forgotten is found no more, though nobody asked in between."""
    index = Index.open(store, NAMESPACE, snapshot=saved)
    old = next(t for t in turns() if "varnish" in t.text)
    page = passages()[0]
    store.forget(NAMESPACE, Selection(interactions=(old.id, page.id)), now=NOW)
    again = [replace(old, text="The zeppelin has landed."), replace(page, kind="message", title=None, text="A kite.")]
    tell(store, again, embedder=embedder)
    assert answers(index, embedder) == answers(Index.open(store, NAMESPACE, snapshot=None), embedder)
    assert not saved.exists()
    assert len(index.turns.words.term("varnish").rows) == 0
    assert len(index.turns.words.term("zeppelin").rows) == 1
    assert (len(index.turns), len(index.passages)) == (len(turns()) + 1, len(passages()) - 1)


def test_forgetting_most_compacts_and_answers_as_if_it_had_never_been(store, embedder):
    """After a session is forgotten, answers equal those of a store that never held it."""
    index = Index.open(store, NAMESPACE, snapshot=None)
    store.forget(NAMESPACE, Selection(sessions=("spring",)), now=NOW)
    other = store_of([t for t in turns() if t.session != "spring"], passages(), embedder=embedder)
    assert answers(index, embedder) == answers(Index.open(other, NAMESPACE, snapshot=None), embedder)
    assert index.turns.rows.dead == 0


def test_a_namespace_erased_and_made_again_is_another(store, saved, embedder):
    """Nothing of an erased namespace comes back under its name, from memory or from a snapshot."""
    index = Index.open(store, NAMESPACE, snapshot=saved)
    store.erase_namespace(NAMESPACE)
    store.create_namespace(NAMESPACE, now=NOW + timedelta(days=1))
    store.admit(NAMESPACE, [replace(turns()[0], id=f"new-{n}") for n in range(40)], now=NOW)
    index.refresh()
    assert len(index) == 40
    assert len(Index.open(store, NAMESPACE, snapshot=saved)) == 40


def test_a_store_without_an_id_gets_no_snapshot(embedder, tmp_path):
    """Snapshots that could be taken for another store's are not written."""
    store: Store = store_of(turns())
    store.set_setting("store_id", "")
    Index.open(store, NAMESPACE, snapshot=None).save(tmp_path / "snapshot")
    assert not (tmp_path / "snapshot").exists()


def test_saving_again_replaces_the_snapshot_whole(store, saved):
    """A second snapshot leaves nothing of the first, and no half-written directory beside it."""
    (saved / "left.npy").write_bytes(b"")
    Index.open(store, NAMESPACE, snapshot=None).save(saved)
    assert not (saved / "left.npy").exists()
    assert [p.name for p in saved.parent.iterdir()] == [saved.name]
    assert all(np.load(p, allow_pickle=False) is not None for p in saved.glob("*.npy"))
