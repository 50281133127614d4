"""The passage graph on a small library of our own writing."""

import numpy as np
import pytest

from graphmem.errors import InvalidInput
from graphmem.graph.pagerank import FLOOR
from graphmem.read.library import Library, OneLink, QuestionNames, TermHits
from graphmem.text.mentions import mentions_of
from graphmem.text.names import Alias

#: title, text
BOOKS: list[tuple[str | None, str]] = [
    ("Harbour Lights (film)", "Harbour Lights is a 1951 drama directed by Ines Maral and shot in Porto."),
    ("Ines Maral", "Ines Maral was a director. She was born in Évora and married the painter Rui Sela."),
    ("Rui Sela", "Rui Sela painted harbours. He died in a fire at his studio."),
    ("Stone Bridges", "Stone Bridges is a 1960 comedy directed by Otto Krahn."),
    ("Otto Krahn", "Otto Krahn, a director, was born in Graz and kept bees."),
    ("Porto", "Porto is a city on the Douro."),
    (None, "The town of Graz lies on a river. It has a clock tower."),
    ("The Mur, a river", "The river rises in the Alps and passes Graz."),
]


def add(library: Library, row: int, title: str | None, text: str) -> None:
    mentions = mentions_of(text, title, document=True)
    library.add(row, title=title, text=text, mentions=[(m.key, m.weight, m.about) for m in mentions])


def filled(order: list[int] | None = None, *, settle_each: bool = False, facts: bool = False) -> Library:
    library = Library(facts=facts)
    for row in order if order is not None else range(len(BOOKS)):
        add(library, row, *BOOKS[row])
        if settle_each:
            library.settle()
    library.settle()
    return library


def terms(**rows: list[int]) -> TermHits:
    return TermHits(np.ones(len(rows), np.float32), len(rows), [np.array(r, np.int32) for r in rows.values()])


def hits(**scores: float) -> np.ndarray:
    dense = np.zeros(len(BOOKS), dtype=np.float32)
    for row, score in scores.items():
        dense[int(row[1:])] = score
    return dense


def told(library: Library) -> set[tuple[int, str, int]]:
    """Everything the library knows, by row and key, whatever its inner numbers."""
    state = library.freeze()
    rows, keys = state.arrays["rows"], state.strings["keys"]
    found = zip(state.arrays["passage"], state.arrays["entity"], state.arrays["marks"], strict=True)
    return {(int(rows[p]), keys[e], int(marks)) for p, e, marks in found if marks}


# --- names in questions ---


def test_a_question_names_titles_and_entities() -> None:
    """Titles are found by any alias, entities by their runs, both with capitals as written."""
    library = filled()
    asked = library.question("Where was the director of Harbour Lights born, in Graz?")
    assert asked.rows.tolist() == [0, 6]
    assert asked.scores.tolist() == [1.0, 1.0]
    assert {library.entity_key(e) for e in asked.entities} == {"harbour lights", "graz"}


def test_the_part_before_a_comma_counts_less() -> None:
    """A weaker alias gives a weaker title score."""
    assert filled().question("Where is the Mur, please?").scores.tolist() == [pytest.approx(0.7)]


def test_a_title_that_several_share_is_split_among_them() -> None:
    """Two passages of one title share what the question gives to it."""
    library = filled()
    add(library, 8, "Porto", "The old town of Porto has six bridges.")
    assert library.question("What is in Porto?").scores.tolist() == [0.5, 0.5]


def test_questions_without_capitals_still_find_long_titles() -> None:
    """Who writes no capitals finds titles of two words or more, and no single words."""
    library = filled()
    assert library.question("who directed harbour lights").rows.tolist() == [0]
    assert library.question("where is porto").rows.tolist() == []


@pytest.mark.parametrize("text", ["", "???", "the of and", "🙂", "東京はどこ", "Zzyzx Qwlph?"])
def test_questions_that_name_nothing_are_answered(text: str) -> None:
    """Nothing named, nothing found, no error anywhere down the line, and never a NaN."""
    library = filled()
    asked = library.question(text)
    assert len(asked.rows) == len(asked.entities) == 0
    found = library.pagerank(np.zeros(len(BOOKS), np.float32), entities=asked.entities)
    assert np.allclose(found, np.log(FLOOR))
    assert len(library.one_link(hits(), question=asked, terms=terms()).rows) == 0


# --- one link on ---


def link_to(links: OneLink, row: int) -> int:
    return links.rows.tolist().index(row)


def test_one_link_reaches_what_the_first_hit_lacks() -> None:
    """From the film to its director, through her name, and the path says so."""
    library = filled()
    asked = library.question("Where was the director of Harbour Lights born?")
    links = library.one_link(hits(r0=1.0), question=asked, terms=terms(director=[1, 4], harbour=[0], born=[1, 4]))
    at = link_to(links, 1)
    assert (links.via_rows[at], library.entity_key(links.via_entities[at])) == (0, "ines maral")
    idf = np.log1p(8 / 2) / np.log1p(8)
    assert links.values[at] == pytest.approx(idf * (0.3 + 2 / 3 + 0.6), rel=1e-5)


def test_words_the_first_hit_covers_count_for_nothing() -> None:
    """A target is worth more for what is new in it than for what both have."""
    library = filled()
    asked = library.question("x")
    new = library.one_link(hits(r0=1.0), question=asked, terms=terms(a=[1], b=[0]))
    old = library.one_link(hits(r0=1.0), question=asked, terms=terms(a=[0, 1], b=[0]))
    assert new.values[link_to(new, 1)] > old.values[link_to(old, 1)]


def test_names_of_the_question_lead_nowhere_new() -> None:
    """An entity all of whose words stand in the question is no bridge."""
    library = filled()
    asked = library.question("Who is Ines Maral?")
    assert 1 not in library.one_link(hits(r0=1.0), question=asked, terms=terms()).rows.tolist()


def test_a_mask_acts_before_the_cut() -> None:
    """Rows outside the mask are neither first hits nor targets, and leave their places to others."""
    library = filled()
    asked = library.question("x")
    scores = hits(r0=1.0, r2=0.9, r3=0.8, r4=0.7, r5=0.6, r1=0.5)
    mask = np.zeros(len(BOOKS), dtype=bool)
    mask[[1, 2]] = True
    links = library.one_link(scores, question=asked, terms=terms(), mask=mask)
    assert set(links.rows.tolist()) == {1, 2}
    assert set(links.via_rows.tolist()) <= {1, 2}


# --- PageRank ---


def test_the_walk_reaches_the_second_hop() -> None:
    """Restarting at the film, the painter its director married outranks passages without any link."""
    library = filled()
    asked = library.question("Who married the director of Harbour Lights?")
    found = library.pagerank(hits(r0=1.0), entities=asked.entities)
    assert found[1] > found[2] > max(found[3], found[4])
    assert found.dtype == np.float32


def test_restarts_obey_the_mask() -> None:
    """A row outside the mask is no restart, however well it scores."""
    library = filled()
    mask = np.ones(len(BOOKS), dtype=bool)
    mask[3] = False
    found = library.pagerank(hits(r3=1.0, r0=0.1), entities=np.zeros(0, np.int32), mask=mask)
    assert found[0] > found[3]


def test_rows_that_are_no_passages_get_the_floor() -> None:
    """Rows of other kinds stay out of the graph and at the floor; more scores than rows is fine."""
    library = Library()
    add(library, 3, *BOOKS[0])
    add(library, 7, *BOOKS[1])
    scores = np.zeros(12, np.float32)
    scores[[3, 5]] = 1.0
    found = library.pagerank(scores, entities=np.zeros(0, np.int32))
    assert np.allclose(np.delete(found, [3, 7]), np.log(FLOOR))
    assert found[3] > found[7] > np.log(FLOOR)


def test_fact_nodes_join_subject_and_object() -> None:
    """With fact nodes, a fact makes a way between entities that no passage shares."""
    scores, nobody = hits(r2=1.0), np.zeros(0, np.int32)
    without, joined = filled(facts=True), filled(facts=True)
    joined.add_fact([2], "rui sela", "graz")
    assert joined.pagerank(scores, entities=nobody)[6] > without.pagerank(scores, entities=nobody)[6]


# --- growing, shrinking, resting ---


@pytest.mark.parametrize("settle_each", [False, True])
def test_the_order_of_arrival_does_not_show(settle_each: bool) -> None:
    """Forwards, backwards, one by one or at once: the same names link the same passages."""
    assert told(filled(settle_each=settle_each)) == told(filled(list(reversed(range(len(BOOKS)))), settle_each=True))


def test_a_longer_title_takes_over_from_a_shorter_one() -> None:
    """The longest title wins in older passages, too."""
    library = Library()
    add(library, 0, "Evening Reading", "He read New York Poems aloud, then New York.")
    add(library, 1, "New York", "A city.")
    library.settle()
    assert library.question("in New York Poems").rows.tolist() == [1]
    add(library, 2, "New York Poems", "A book.")
    assert library.question("in New York Poems").rows.tolist() == [2]
    assert told(library) >= {(0, "new york", 3), (0, "new york poems", 3)}
    library.remove(2)
    assert told(library) >= {(0, "new york", 3), (0, "new york poems", 2)}


def test_a_passage_without_title_is_found_by_what_it_is_called() -> None:
    """Every form of its subject links to it, older passages included, as a title does; a title keeps its own alone."""
    library = Library()
    add(library, 0, "Harbours", "They were painted by Rui Sela in Porto.")
    called = [Alias("rui maria sela", 1.0), Alias("rui sela", 0.9)]
    library.add(1, title=None, text="Rui Maria Sela was a painter.", mentions=[], called=called)
    library.settle()
    found = library.question("Who was Rui Sela?")
    assert found.rows.tolist() == [1]
    assert found.scores == pytest.approx([0.9])
    assert (0, "rui sela", 3) in told(library)


def test_telling_a_passage_again_changes_only_its_mentions() -> None:
    """The same passage twice is one; new mentions replace what was told before."""
    library = filled()
    before = told(library)
    add(library, 1, *BOOKS[1])
    library.settle()
    assert told(library) == before
    library.add(1, title=BOOKS[1][0], text=BOOKS[1][1], mentions=[("rui sela", 1.0, False)])
    assert (1, "évora", 2) not in told(library)
    assert len(library) == len(BOOKS)


def test_a_removed_passage_is_forgotten() -> None:
    """Its row, its words, its titles and the names only it knew leave the library and its frozen form."""
    library = filled()
    library.remove(1)
    library.remove(1)
    library.settle()
    state = library.freeze()
    assert len(library) == len(BOOKS) - 1
    assert 1 not in library
    assert 1 not in state.arrays["rows"]
    assert "evora" not in " ".join(state.strings["keys"]).split()
    assert not {"evora", "married"} & set(state.strings["words"])
    assert library.question("Who is Ines Maral?").rows.tolist() == []
    fresh = filled([0, *range(2, len(BOOKS))])
    assert told(library) == told(fresh)


def test_a_frozen_library_comes_back_the_same() -> None:
    """Frozen and loaded it gives the same answers, and goes on growing."""
    library = filled(list(range(5)))
    back = Library.load(library.freeze())
    for grown in (library, back):
        for row in range(5, len(BOOKS)):
            add(grown, row, *BOOKS[row])
    asked, again = library.question("Where is Graz on the Mur?"), back.question("Where is Graz on the Mur?")
    assert asked.rows.tolist() == again.rows.tolist()
    assert told(library) == told(back)
    scores = hits(r0=1.0, r4=0.5)
    np.testing.assert_allclose(
        library.pagerank(scores, entities=asked.entities), back.pagerank(scores, entities=again.entities), atol=1e-4
    )


def test_loading_copies_what_it_is_given() -> None:
    """A loaded library never writes into the arrays it came from (they may be a mapped file)."""
    state = filled().freeze()
    for array in state.arrays.values():
        array.setflags(write=False)
    library = Library.load(state)
    library.remove(0)
    add(library, 9, "Late Title", "Otto Krahn wrote Late Title.")
    assert 0 in state.arrays["rows"]


def test_rows_follow_a_compaction() -> None:
    """When the index renumbers its rows, the library follows, and rows that went are gone."""
    library = filled()
    rows = np.arange(len(BOOKS)) - 1
    library.renumber(rows)
    assert len(library) == len(BOOKS) - 1
    assert library.question("Who painted, Rui Sela?").rows.tolist() == [1]
    assert told(library) == {(row - 1, key, marks) for row, key, marks in told(filled(list(range(1, len(BOOKS)))))}


def test_older_passages_wait_their_turn() -> None:
    """A bounded settling says how many passages still wait; the next ones finish them."""
    library = Library()
    for row in range(100):
        add(library, row, f"Note number {row}", "It was written in Ostend.")
    library.settle()
    add(library, 100, "Ostend", "A town by the sea.")
    assert library.settle(limit=30) == 70
    assert library.settle(limit=30) == 40
    assert library.settle() == 0
    assert sum(key == "ostend" for _, key, _ in told(library)) == 101


def test_a_large_graph_folds_in_what_is_new() -> None:
    """Folded in or rebuilt, a later passage, a title it links to, a shared name and a removal show in the next walk."""
    nobody = np.zeros(0, np.int32)
    found = []
    for rebuild_below in (0, 10**9):
        library = Library(method="exact", rebuild_below=rebuild_below)
        for row in range(6):
            add(library, row, *BOOKS[row])
        library.pagerank(hits(r0=1.0), entities=nobody)
        library.remove(5)
        add(library, 6, "Graz", "Graz is where Otto Krahn went to school with Ines Maral.")
        add(library, 7, "Late Fires", "Ines Maral saw the Late Fires in Graz.")
        library.question("anything")
        found.append(library.pagerank(hits(r4=1.0), entities=nobody))
    folded, rebuilt = found
    assert folded[5] == rebuilt[5] == np.float32(np.log(FLOOR))
    assert min(folded[6], folded[7]) > np.log(FLOOR)
    np.testing.assert_allclose(folded, rebuilt, atol=0.5)
    assert np.argsort(-folded)[:2].tolist() == np.argsort(-rebuilt)[:2].tolist()


def test_an_empty_library_answers() -> None:
    """No passage: no names, no links, the floor for every row; freezing and loading work."""
    library = Library.load(Library().freeze())
    asked = library.question("Who is Ines Maral?")
    assert isinstance(asked, QuestionNames)
    assert len(asked.rows) == 0
    assert np.allclose(library.pagerank(np.ones(3, np.float32), entities=asked.entities), np.log(FLOOR))
    assert len(library.one_link(np.ones(3, np.float32), question=asked, terms=terms()).rows) == 0


def test_a_single_passage_answers() -> None:
    """One passage holds the whole walk, without NaN."""
    library = Library()
    add(library, 0, "Alone", "Alone in the world.")
    found = library.pagerank(np.ones(1, np.float32), entities=library.question("Who is Alone?").entities)
    assert found.tolist() == [0.0]


def test_negative_rows_are_refused() -> None:
    """Rows are numbered from 0."""
    with pytest.raises(InvalidInput):
        add(Library(), -1, "Title Here", "Text.")
