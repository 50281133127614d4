"""Which names are linked, and that nothing but the names decides it."""

import itertools
import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.identity import entity_id
from graphmem.model import Entity, Synonym
from graphmem.ports import Embedder
from graphmem.write.likeness import LIKENESS, Name, alike, short_form, verdict
from graphmem.write.resolve import NameBook


def entity(name: str, *, kind: str = "unknown", aliases: Sequence[str] = ()) -> Entity:
    return Entity(id=entity_id("ns", name), name=name, kind=kind, aliases=tuple(aliases))


def method(first: Entity, second: Entity, *, together: bool = False) -> str | None:
    """Link two names in a book of their own and return the method, checking both orders and the pairwise verdict."""
    sessions = {e.id: ["s"] for e in (first, second)} if together else {}
    links = NameBook().add([first, second], session_of=sessions)
    assert links == NameBook().add([second, first], session_of=sessions)
    expected = "link" if links else "new"
    assert verdict(Name.of(first), Name.of(second), together=together) == expected
    assert all(0 < link.score < 1 and link.a < link.b for link in links)
    return max(links, key=lambda link: link.score).method if links else None


def person(name: str) -> Entity:
    return entity(name, kind="person")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Dr. Marie Curie", "Marie Curie", "title"),
        ("The Iroquois", "Iroquois", "title"),
        ("Apple Inc.", "Apple", "title"),
        ("World Health Organization (WHO)", "World Health Organization", "title"),
        ("Curie, Marie", "Marie Curie", "spelling"),
        ("Mac Donald", "MacDonald", "spelling"),
        ("Jon Smith", "John Smith", "spelling"),
        ("Phillip Marsh", "Philip Marsh", "spelling"),
        ("Katarina Wolf", "Catarina Wolf", "spelling"),
        ("Bharatiya Janata Party", "Bharatiya Janta Party", "spelling"),
        ("hiking trips", "hiking trip", "plural"),
        ("WHO", "World Health Organization", "acronym"),
        ("N.A.T.O.", "North Atlantic Treaty Organization", "acronym"),
        ("WNBA", "Women's National Basketball Association", "acronym"),
        ("J. R. R. Tolkien", "John Ronald Reuel Tolkien", "initials"),
        ("Мария Кюри-Склодовская", "Кюри-Склодовская Мария", "spelling"),
    ],
)
def test_alike_anywhere(first: str, second: str, expected: str) -> None:
    """Titles, word order, unheard edits, slips in long names, plurals, acronyms and initials are links anywhere."""
    assert method(entity(first), entity(second)) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("World War I", "World War II"),
        ("Henry VII", "Henry VIII"),
        ("Frederick I, Margrave of Baden", "Frederick V, Margrave of Baden"),
        ("1936 FA Cup Final", "1931 FA Cup Final"),
        ("Iron Man 2", "Iron Man 3"),
        ("May 5, 2023", "May 6, 2023"),
        ("John Smith Sr.", "John Smith Jr."),
        ("North Korea", "South Korea"),
        ("First Avenue", "Third Avenue"),
        ("Maria Lopez", "Marie Lopez"),
        ("South America", "South American"),
        ("Tai Chi Hero", "Tai Chi Zero"),
        ("Mr. Alan Smith", "Mrs. Alan Smith"),
        ("The Who", "who"),
        ("Pulse (1988 film)", "Pulse (song)"),
        ("Anna", "Anne"),
        ("aaaa aaaa", "aaaa aaab"),
        ("John Smith", "Jane Smith"),
        ("WHO", "Women Helping Others Today"),
        ("東京", "京都"),
    ],
)
def test_not_alike(first: str, second: str) -> None:
    """Numbers, dates, regnal numbers, seniority, compass points and heard edits part names, however alike they look."""
    assert method(entity(first), entity(second), together=True) is None


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Marie", "Marie Curie"),
        ("Curie", "Marie Curie"),
        ("Dr. Curie", "Marie Curie"),
        ("Dr. Curie", "Curie"),
        ("M. Curie", "Marie Curie"),
        ("Marie Curie", "Marie Sklodowska Curie"),
        ("Mel", "Melanie"),
        ("Bill", "William Grant"),
        ("Tom Ballard", "Thomas Colin Ballard"),
    ],
)
def test_short_forms_need_a_session(short: str, long: str) -> None:
    """Parts of a person's name, titles with a surname, and nicknames are links within one session and nowhere else."""
    assert method(person(short), person(long), together=True) == "short_form"
    assert method(person(short), person(long)) is None


@pytest.mark.parametrize(
    ("short", "long"),
    [("Jonas", "Jonas's mother"), ("Maya", "Maya’s teacher"), ("Thomas", "Thomas' old boss"), ("Rui", "Ana's Rui")],
)
def test_nobody_is_who_belongs_to_them(short: str, long: str) -> None:
    """A genitive names somebody else than its owner."""
    assert method(person(short), person(long), together=True) is None


def test_short_forms_need_persons() -> None:
    """A place is not short for its airport, nor a dog for a breed: only persons go by a part of their name."""
    assert method(entity("Lisbon"), entity("Lisbon Airport"), together=True) is None
    assert method(entity("Lisbon", kind="place"), person("Lisbon Harper"), together=True) is None


def test_short_acronyms_need_a_session() -> None:
    """Two letters fit too much: a link only where both are spoken of in one session."""
    assert method(entity("UN"), entity("United Nations")) is None
    assert method(entity("UN"), entity("United Nations"), together=True) == "acronym"


def test_two_long_forms_are_two_links() -> None:
    """Where two long forms fit, both are linked at the lower score of a single word, and neither is preferred."""
    people = [person("Marie"), person("Marie Curie"), person("Marie Dupont")]
    links = NameBook().add(people, session_of={p.id: ["s"] for p in people})
    assert len(links) == 2
    assert {link.score for link in links} == {LIKENESS.part_of_one_word}
    assert all(people[0].id in (link.a, link.b) for link in links)


def test_one_key_is_one_entity() -> None:
    """Names of one key have one id: the same, and never a link."""
    assert verdict(Name.of(entity("José  O'Neill")), Name.of(entity("jose o neill")), together=True) == "same"
    assert NameBook().add([entity("José O'Neill"), entity("JOSE O NEILL")], session_of={}) == []


def test_aliases_link() -> None:
    """A name that is a known alias of another is linked, whichever came first and however it is written."""
    assert method(entity("Baywatch (film)", aliases=["Baywatch"]), entity("Baywatch")) == "alias"


def test_what_is_learnt_later_links_later() -> None:
    """An alias, a session or a kind that comes with a later sighting brings the links it would have brought at once."""
    book = NameBook()
    assert book.add([entity("Marie"), person("Marie Curie"), entity("Acme")], session_of={}) == []
    both = {e.id: ["s"] for e in (entity("Marie"), entity("Marie Curie"))}
    assert book.add([entity("Marie"), person("Marie Curie")], session_of=both) == []
    assert [link.method for link in book.add([person("Marie")], session_of={})] == ["short_form"]
    assert [link.method for link in book.add([entity("Acme Rockets", aliases=["ACME"])], session_of={})] == ["alias"]


def test_known_names_are_not_compared_again() -> None:
    """Names read back from a store are taken in silently; a new one is compared with them; repeats bring nothing."""
    book = NameBook()
    book.load([entity("John Smith"), entity("Jon Smith")])
    assert len(book) == 2
    assert book.add([entity("John Smith"), entity("Jon Smith")], session_of={}) == []
    (link,) = book.add([entity("Smith, John")], session_of={})
    assert {link.a, link.b} == {entity("John Smith").id, entity("Smith, John").id}


def test_loaded_sessions_count() -> None:
    """A session's names that were loaded are there for its next short form."""
    book = NameBook()
    marie = person("Marie Curie")
    book.load([marie])
    book.load([marie], session_of={marie.id: ["s"]})
    links = book.add([person("Curie")], session_of={person("Curie").id: ["s"]})
    assert [link.method for link in links] == ["short_form"]


def test_cosine_only_with_an_embedder(embedder: Embedder) -> None:
    """Embeddings link names that are written apart, if an embedder is given, and numbers still part them."""
    names = [entity("automobile factory"), entity("car factory"), entity("car factory 2")]
    assert NameBook().add(names, session_of={}) == []
    links = NameBook(embedder=embedder).add(names, session_of={})
    assert [link.method for link in links] == ["cosine"]
    assert LIKENESS.cosine <= links[0].score <= 1
    book = NameBook(embedder=embedder)
    book.load(names[:1])
    assert book.add(names[1:], session_of={}) == links


FIRST = [
    "Marie",
    "Maria",
    "Mary",
    "Jon",
    "John",
    "Jonathan",
    "Dr.",
    "Mrs.",
    "Mr.",
    "J.",
    "M.",
    "Bill",
    "William",
    "The",
]
LAST = ["Curie", "Smith", "Smyth", "Smiths", "Dupont", "Organization", "Organisation", "WHO", "II", "III", "2", "Inc"]
NAMES = st.lists(st.sampled_from(FIRST + LAST), min_size=1, max_size=4).map(" ".join)
SIGHTINGS = st.lists(
    st.tuples(
        NAMES, st.sampled_from(["person", "unknown"]), st.sampled_from(["", "a", "b"]), st.sampled_from(["", "Jon"])
    ),
    min_size=2,
    max_size=9,
)
Sighting = tuple[str, str, str, str]


def told(sightings: Sequence[Sighting], sizes: Sequence[int]) -> set[Synonym]:
    """Feed sightings to a book in calls of the given sizes and return all links it ever returned."""
    book, links, rest = NameBook(), set(), list(sightings)
    for size in itertools.cycle(sizes):
        if not rest:
            return links
        call, rest = rest[:size], rest[size:]
        sessions: dict[str, list[str]] = {}
        for name, _, session, _ in call:
            sessions.setdefault(entity(name).id, []).extend([session] if session else [])
        entities = [entity(name, kind=kind, aliases=[alias] if alias else []) for name, kind, _, alias in call]
        links.update(book.add(entities, session_of=sessions))
    return links


def by_hand(sightings: Sequence[Sighting]) -> set[Synonym]:
    """Compare all pairs by the rules alone, knowing all that was ever told of each name."""
    names: dict[str, Name] = {}
    sessions: dict[str, set[str]] = {}
    for name, kind, session, alias in sightings:
        seen = Name.of(entity(name, kind=kind, aliases=[alias] if alias else []))
        names[seen.id] = names[seen.id].joined(seen) if seen.id in names else seen
        sessions.setdefault(seen.id, set()).update([session] if session else [])
    return set(
        itertools.chain.from_iterable(_links(a, b, sessions) for a, b in itertools.combinations(names.values(), 2))
    )


def _links(first: Name, second: Name, sessions: Mapping[str, set[str]]) -> list[Synonym]:
    together = sessions[first.id] & sessions[second.id]
    found = [alike(first, second), short_form(first, second) if together else None]
    a, b = sorted((first.id, second.id))
    return [Synonym(a=a, b=b, score=f.score, method=f.method) for f in found if f]


@settings(max_examples=150, deadline=None)
@given(SIGHTINGS, st.randoms(use_true_random=False), st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_order_does_not_show(sightings: list[Sighting], chance: random.Random, sizes: list[int]) -> None:
    """However names arrive, one by one or together, the final links are those of comparing every pair at the end."""
    expected = {(s.a, s.b, s.method, s.score) for s in by_hand(sightings)}
    for _ in range(3):
        chance.shuffle(sightings)
        found = {(s.a, s.b, s.method, s.score) for s in told(sightings, sizes)}
        assert expected <= found
        # What a name's later aliases turned into an alias link may have been linked by its spelling before.
        assert {(a, b) for a, b, _, _ in found} == {(a, b) for a, b, _, _ in expected}


@settings(max_examples=300, deadline=None)
@given(st.text("abcdeéßж 12-.", min_size=1, max_size=14), st.text("abcdeéßж 12-.", min_size=1, max_size=14))
def test_the_index_misses_nothing(first: str, second: str) -> None:
    """Of any two strings, a book links exactly those that the rules link when they see both."""
    one, other = entity(first, kind="person"), entity(second, kind="person")
    if one.id != other.id:
        method(one, other, together=True)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_one_edit_is_found_in_the_crowd(data: st.DataObject) -> None:
    """One edit anywhere in a name never hides it from the rules: the halves that the index keeps always meet."""
    name = data.draw(st.text("abcdefghklmnor ", min_size=7, max_size=24))
    at = data.draw(st.integers(0, len(name) - 1))
    edited = data.draw(
        st.sampled_from([name[:at] + name[at + 1 :], name[:at] + "h" + name[at:], name[:at] + "e" + name[at + 1 :]])
    )
    swapped = name[: max(at - 1, 0)] + name[max(at - 1, 0) : at + 1][::-1] + name[at + 1 :]
    for other in (edited, swapped):
        if entity(name).id != entity(other).id:
            method(entity(name), entity(other))
