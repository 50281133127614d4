"""What a user of the SDK does, end to end, on the embedded default."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from graphmem import Fact, Memory, Message, Passage, RecallOptions
from graphmem.errors import IdTaken, InvalidInput, ModelError, ModelMismatch, NotFound, StoreError
from graphmem.ports import Embedder
from tests.conftest import WHEN

Opener = Callable[..., Memory]

CHAT = [
    Message("I moved to Lisbon last month and started at Feedzai.", speaker="Ada", at=WHEN),
    Message("Congratulations! How do you like it there?", speaker="Charles", at=WHEN + timedelta(minutes=1)),
    Message("The light is wonderful. My sister Mia visits me in May.", speaker="Ada", at=WHEN + timedelta(minutes=2)),
    Message("I adopted a greyhound called Turbo.", speaker="Charles", at=WHEN + timedelta(minutes=3)),
    Message("Turbo is a funny name for a lazy dog.", speaker="Ada", at=WHEN + timedelta(minutes=4)),
    Message("I bake sourdough every Sunday morning.", speaker="Charles", at=WHEN + timedelta(minutes=5)),
]

PAGES = [
    Passage("Neo4j is a graph database written in Java. It was first released by Neo Technology.", title="Neo4j"),
    Passage("Cypher is a declarative query language created for Neo4j by Andres Taylor.", title="Cypher (language)"),
    Passage("Andres Taylor is a Swedish engineer who lives in Malmö.", title="Andres Taylor"),
    Passage("Malmö is a coastal city in southern Sweden.", title="Malmö"),
    Passage("SQLite is an embedded database engine in C.", title="SQLite"),
]


def test_what_was_told_is_recalled_with_its_reasons(opened: Opener) -> None:
    """A question finds the turn that answers it, and the hit says why and what ties it to the question."""
    memory = opened()
    receipt = memory.remember(CHAT, session="chat-1")
    assert (receipt.interactions, receipt.known, receipt.pending, receipt.degraded) == (6, 0, 0, ())
    assert receipt.facts > 0
    hit = memory.recall("Where does Ada work?", top_k=3)[0]
    assert hit.text == CHAT[0].text
    assert (hit.type, hit.at) == ("interaction", WHEN)
    assert hit.interaction is not None
    assert hit.interaction.speaker == "Ada"
    assert hit.score == pytest.approx(sum(hit.why.parts.values()), abs=1e-5)
    assert any("Feedzai" in fact.text for fact in hit.facts)


def test_telling_the_same_again_changes_nothing(opened: Opener) -> None:
    """A replay of a dated stream adds no interaction, entity, fact or mention."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    before = memory.stats()
    again = memory.remember(CHAT, session="chat-1")
    assert (again.interactions, again.known, again.facts) == (0, len(CHAT), 0)
    after = memory.stats()
    assert (after.interactions, after.entities, after.facts, after.mentions) == (
        before.interactions,
        before.entities,
        before.facts,
        before.mentions,
    )


def test_plain_strings_take_the_calls_speaker(opened: Opener) -> None:
    """A string is a message of the call's speaker; an iterable of strings is several."""
    memory = opened()
    memory.remember(["One thing.", "Another thing."], speaker="Ada", at=WHEN, session="notes")
    assert [(i.speaker, i.text) for i in memory.history(session="notes")] == [
        ("Ada", "One thing."),
        ("Ada", "Another thing."),
    ]


def test_a_stream_is_read_as_it_is_written(opened: Opener) -> None:
    """A generator that fails half-way leaves what it told before; telling it all again completes it."""
    memory = opened(extractor=None)

    def stream(until: int) -> object:
        for n in range(400):
            if n == until:
                raise RuntimeError("the line dropped")
            yield Message(f"Reading number {n} of the thermometer.", speaker="Ada", at=WHEN + timedelta(seconds=n))

    with pytest.raises(RuntimeError, match="line dropped"):
        memory.remember(stream(300), session="s")  # type: ignore[arg-type]
    assert 0 < memory.stats().interactions < 300
    memory.remember(stream(-1), session="s")  # type: ignore[arg-type]
    assert memory.stats().interactions == 400


def test_an_explicit_id_is_never_overwritten(opened: Opener) -> None:
    """The same id with the same content is a replay; with other content it is refused and nothing changes."""
    memory = opened()
    memory.remember(Message("The door code is 4711.", id="note-1", at=WHEN))
    memory.remember(Message("The door code is 4711.", id="note-1", at=WHEN))
    with pytest.raises(IdTaken, match="note-1"):
        memory.remember(Message("The door code is 1234.", id="note-1", at=WHEN))
    assert [i.text for i in memory.history()] == ["The door code is 4711."]


def test_an_undated_message_with_an_id_can_be_replayed(opened: Opener) -> None:
    """Whoever replays messages gives `at` or `id`: with an id the instant of the first telling stays."""
    memory = opened()
    note = Message("Buy oats.", id="note-2", speaker="Ada")
    memory.remember(note, now=WHEN)
    again = memory.remember(note, now=WHEN + timedelta(days=1))
    assert (again.interactions, again.known) == (0, 1)
    assert memory.history()[0].at == WHEN


def test_a_long_reply_is_found_by_its_words_and_its_question(opened: Opener) -> None:
    """An assistant's long reply has no vector of its own, waits for none, and is found all the same."""
    memory = opened()
    reply = (
        "Start with two litres of broth. "
        + "Then stir, taste, and wait a little more. " * 20
        + "Add saffron at the end."
    )
    turns = [
        Message("How do I cook a risotto?", role="user", at=WHEN),
        Message(reply, role="assistant", at=WHEN + timedelta(seconds=5)),
    ]
    memory.remember([*turns, *CHAT], session="kitchen")
    assert memory.stats().pending == 0
    assert reply in [hit.text for hit in memory.recall("Where does the saffron go?", top_k=3)]
    only = RecallOptions(roles=("assistant",))
    assert [hit.text for hit in memory.recall("preparing an Italian rice dish", options=only)] == [reply]


def test_documents_are_linked_through_their_titles(opened: Opener) -> None:
    """A two-hop question finds the passage that shares no word with it, and shows the link that led there."""
    memory = opened()
    memory.remember(PAGES, session="notes")
    found = memory.recall("In which country is the home town of the creator of Cypher?", top_k=4)
    titles = [hit.interaction.title for hit in found if hit.interaction]
    assert set(titles[:4]) >= {"Cypher (language)", "Andres Taylor"}
    linked = next(hit for hit in found if hit.interaction and hit.interaction.title == "Andres Taylor")
    assert "Andres Taylor" in str(linked.why.path)


def test_chat_and_documents_live_together(opened: Opener) -> None:
    """In a mixed memory a question about the chat finds the chat, and one about the documents the documents."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    memory.remember(PAGES, session="notes")
    chat = memory.recall("What is the name of Charles's dog?", top_k=3)
    assert any("Turbo" in hit.text for hit in chat)
    pages = memory.recall("What is SQLite?", top_k=2)
    assert any(hit.interaction and hit.interaction.title == "SQLite" for hit in pages)
    only = memory.recall("What is SQLite?", top_k=5, options=RecallOptions(kinds=("message",)))
    assert {hit.interaction.kind for hit in only if hit.interaction} == {"message"}


def test_facts_told_by_hand_are_facts(opened: Opener) -> None:
    """A triple asserted by hand is kept with its dates, found by name, and stays when sessions are forgotten."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    memory.remember(Fact("Ada", "works_at", "Feedzai", valid_at=WHEN))
    memory.forget(session="chat-1")
    (fact,) = memory.facts(about="Ada")
    assert (fact.predicate, fact.object, fact.valid_at, fact.extractor) == ("works_at", "Feedzai", WHEN, "hand")


def test_types_are_ranked_side_by_side(opened: Opener) -> None:
    """Facts and entities are found as such, each type with places of its own, in the order asked."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    found = memory.recall(
        "When did Ada start at Feedzai?", top_k=2, options=RecallOptions(types=("fact", "entity", "interaction"))
    )
    types = [hit.type for hit in found]
    assert types == sorted(types, key=["fact", "entity", "interaction"].index)
    assert all(types.count(kind) <= 2 for kind in set(types))
    first = found[0]
    assert first.fact is not None
    assert "Feedzai" in first.text


def test_filters_act_before_the_cut(opened: Opener) -> None:
    """One old turn among two hundred newer ones is found when the question is bounded to its day."""
    memory = opened(extractor=None)
    memory.remember(Message("We ate pizza.", speaker="Ada", at=WHEN - timedelta(days=400)), session="old")
    later = [Message(f"We ate pizza number {n}.", speaker="Ada", at=WHEN + timedelta(hours=n)) for n in range(200)]
    memory.remember(later, session="new")
    bounds = RecallOptions(until=WHEN - timedelta(days=1))
    assert [hit.text for hit in memory.recall("When did we eat pizza?", top_k=1, options=bounds)] == ["We ate pizza."]
    by_session = RecallOptions(session="old")
    assert [hit.text for hit in memory.recall("pizza", top_k=5, options=by_session)] == ["We ate pizza."]


def test_undated_interactions_are_counted_under_a_bound(opened: Opener) -> None:
    """A time bound leaves out what nobody can date, and the result says how many."""
    memory = opened()
    memory.remember(PAGES, session="notes")
    found = memory.recall("Neo4j", options=RecallOptions(since=WHEN))
    assert (len(found), found.undated) == (0, len(PAGES))


def test_context_fits_the_budget_and_is_dated(opened: Opener) -> None:
    """The packed context holds whole dated lines, best first, within its tokens."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    found = memory.recall("Where does Ada work?")
    assert "2026-03-01" in found.context(tokens=200)
    assert "Feedzai" in found.context(tokens=200).splitlines()[0]
    assert len(found.context(tokens=60)) < len(found.context(tokens=800))


def test_memories_of_others_are_never_seen(opened: Opener) -> None:
    """Two namespaces in one file see nothing of each other, unless both are named."""
    ada, bob = opened(), opened(namespace="user/bob")
    ada.remember("My locker code is 9912.", speaker="Ada", at=WHEN)
    bob.remember("My locker code is 5500.", speaker="Bob", at=WHEN)
    assert {hit.text for hit in ada.recall("locker code")} == {"My locker code is 9912."}
    assert [e.name for e in bob.entities("Ada")] == []
    both = ada.recall("locker code", options=RecallOptions(namespaces=("user/ada", "user/bob")))
    assert {hit.namespace for hit in both} == {"user/ada", "user/bob"}


def test_forgetting_leaves_nothing_behind(opened: Opener, tmp_path: Path) -> None:
    """A forgotten session is gone from recall, entities, the files' bytes and the snapshot."""
    memory = opened()
    memory.remember("The secret ingredient is Zanzibarlicorice.", speaker="Ada", at=WHEN, session="kitchen")
    memory.remember(CHAT, session="chat-1")
    receipt = memory.forget(session="kitchen")
    assert receipt.interactions == 1
    assert not any("Zanzibar" in hit.text for hit in memory.recall("What is the secret ingredient?"))
    assert not any("Zanzibar" in e.name for e in memory.entities(top_k=1000))
    memory.close()
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert files
    assert not any(b"Zanzibarlicorice".lower() in p.read_bytes().lower() for p in files)


def test_forgetting_a_person_takes_what_they_said(opened: Opener) -> None:
    """A person is forgotten with all they said; texts of others that name them are listed, not hidden."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    memory.remember(
        Message("Charles told me about it.", speaker="Ada", at=WHEN + timedelta(hours=1), id="m"), session="x"
    )
    receipt = memory.forget(person="Charles")
    assert receipt.interactions == 3
    assert "m" in receipt.still_mentioned_in
    assert memory.entities("Charles") == []
    assert {i.speaker for i in memory.history()} == {"Ada"}


@pytest.mark.parametrize("what", [{}, {"session": "a", "everything": True}])
def test_forget_wants_exactly_one_thing(opened: Opener, what: dict[str, object]) -> None:
    """Saying nothing, or two things, deletes nothing."""
    memory = opened()
    memory.remember("Keep me.", at=WHEN)
    with pytest.raises(InvalidInput, match="exactly one"):
        memory.forget(**what)  # type: ignore[arg-type]
    assert memory.stats().interactions == 1


def test_merging_names_is_reversible(opened: Opener) -> None:
    """After a merge either name finds all facts; after unmerge each has its own again."""
    memory = opened()
    memory.remember([Fact("Ada", "works_at", "Feedzai"), Fact("Countess Lovelace", "likes", "chess")])
    memory.merge("Countess Lovelace", "Ada")
    assert {f.object for f in memory.facts(about="Ada")} == {"Feedzai", "chess"}
    assert {f.object for f in memory.facts(about="Countess Lovelace")} == {"Feedzai", "chess"}
    memory.unmerge("Ada", "Countess Lovelace")
    assert {f.object for f in memory.facts(about="Ada")} == {"Feedzai"}
    with pytest.raises(NotFound):
        memory.unmerge("Ada", "Countess Lovelace")
    with pytest.raises(NotFound):
        memory.merge("Ada", "Nobody")


def test_a_worker_draws_facts_in_the_background(opened: Opener) -> None:
    """With background=True words and vectors are there on return, and facts after flush."""
    memory = opened()
    receipt = memory.remember(CHAT, session="chat-1", background=True)
    assert receipt.pending == len(CHAT)
    assert memory.recall("Where does Ada work?", top_k=1)[0].text == CHAT[0].text
    memory.flush()
    assert memory.stats().pending == 0
    assert memory.facts(about="Ada")


def test_inline_and_background_draw_the_same(opened: Opener, tmp_path: Path) -> None:
    """The same stream gives the same interactions, entities and facts inline, in the background, and one by one."""
    inline, later, single = (opened(tmp_path / f"{n}.db") for n in range(3))
    inline.remember(CHAT, session="chat-1")
    later.remember(CHAT, session="chat-1", background=True)
    later.flush()
    for message in CHAT:
        single.remember(message, session="chat-1")
    views = [
        (
            {i.id for i in m.history()},
            {(e.id, e.name, e.kind, e.mentions) for e in m.entities(top_k=1000)},
            {(f.id, f.text, f.sources) for f in m.facts(top_k=1000)},
        )
        for m in (inline, later, single)
    ]
    assert views[0] == views[1] == views[2]


class Failing:
    """An embedder whose model breaks after some texts: what a full disk or a lost service looks like."""

    def __init__(self, inner: Embedder, calls: int) -> None:
        self.inner, self.calls = inner, calls
        self.name, self.revision, self.dimension = inner.name, inner.revision, inner.dimension

    def embed(self, texts: list[str]) -> object:
        self.calls -= 1
        if self.calls < 0:
            raise ConnectionError("service gone")
        return self.inner.embed(texts)

    def embed_question(self, text: str) -> object:
        return self.inner.embed_question(text)


def test_a_failing_embedder_loses_nothing(opened: Opener, embedder: Embedder) -> None:
    """Interactions told before and while the embedder fails are kept, pending, and finished at the next open."""
    memory = opened(embedder=Failing(embedder, 1))
    many = [
        Message(f"Fact number {n} about otters.", speaker="Ada", at=WHEN + timedelta(seconds=n)) for n in range(200)
    ]
    with pytest.raises(ModelError, match=r"kept and pending.*resume"):
        memory.remember(many, session="s")
    assert memory.stats().interactions == 200
    assert memory.stats().pending > 0
    memory.close()
    again = opened()
    again.flush()
    assert again.stats().pending == 0
    assert again.stats().vectors == 200


def test_another_embedder_is_refused_with_the_way_out(opened: Opener, embedder: Embedder) -> None:
    """A memory says which model made its vectors, and re-embedding is the way to another one."""

    class Other(Failing):
        pass

    other = Other(embedder, 10_000)
    other.name = "another-model"
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    memory.close()
    with pytest.raises(ModelMismatch, match="graphmem reembed"):
        opened(embedder=other)
    changed = opened(embedder=other, reembed=True)
    assert changed.reembed() == len(CHAT)
    assert changed.recall("Where does Ada work?", top_k=1)[0].text == CHAT[0].text
    changed.close()
    with pytest.raises(ModelMismatch):
        opened()


def test_a_memory_without_an_extractor_leaves_facts_for_later(opened: Opener) -> None:
    """Opened without an extractor interactions stay pending; opened with one they are finished."""
    memory = opened(extractor=None)
    assert memory.remember(CHAT, session="chat-1").pending == len(CHAT)
    memory.close()
    again = opened()
    again.flush()
    assert (again.stats().pending, bool(again.facts(about="Ada"))) == (0, True)


def test_a_read_only_memory_answers_and_writes_nothing(opened: Opener, tmp_path: Path) -> None:
    """Read-only opens find everything, refuse to remember, and leave the files as they were."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    memory.close()
    before = {p: p.read_bytes() for p in tmp_path.rglob("*.db")}
    reader = opened(read_only=True)
    assert reader.recall("Where does Ada work?", top_k=1)[0].text == CHAT[0].text
    with pytest.raises(StoreError, match="can only be read"):
        reader.remember("No.", at=WHEN)
    reader.close()
    assert {p: p.read_bytes() for p in tmp_path.rglob("*.db")} == before


def test_a_backup_is_a_memory(opened: Opener, tmp_path: Path) -> None:
    """A backup opens like the original and holds the same."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    memory.backup(tmp_path / "copy.db")
    copy = opened(tmp_path / "copy.db")
    assert [i.id for i in copy.history()] == [i.id for i in memory.history()]
    assert copy.check() == []


def test_namespaces_can_be_renamed_and_erased(opened: Opener) -> None:
    """A rename keeps ids, so that a replay under the new name adds nothing; erasing leaves no row."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    ids = [i.id for i in memory.history()]
    memory.rename_namespace("user/ada", "user/lovelace")
    assert memory.namespace == "user/lovelace"
    assert [i.id for i in memory.history()] == ids
    assert memory.remember(CHAT, session="chat-1").interactions == 0
    assert memory.recall("Where does Ada work?", top_k=1)[0].text == CHAT[0].text
    memory.erase_namespace("user/lovelace")
    assert memory.namespaces() == []
    assert len(memory.recall("Where does Ada work?")) == 0


def test_the_file_is_plain_sqlite(opened: Opener, tmp_path: Path) -> None:
    """Anyone can open the file with SQLite and find the words as they were told."""
    memory = opened()
    memory.remember(CHAT, session="chat-1")
    memory.close()
    with sqlite3.connect(tmp_path / "memory.db") as raw:
        texts = [row[0] for row in raw.execute("SELECT text FROM interaction ORDER BY arrival")]
    raw.close()
    assert texts == [m.text for m in CHAT]


def test_what_is_printed_can_be_read(opened: Opener) -> None:
    """A memory says whose and where it is, a recollection shows a line a hit, and a vain forgetting what was asked."""
    memory = opened()
    memory.remember("I adopted a greyhound called Turbo.", speaker="Ada", at=WHEN)
    assert repr(memory.namespace) in repr(memory)
    found = memory.recall("Who adopted a greyhound?")
    assert str(found).startswith("1. ")
    assert str(found).endswith(f"{WHEN:%Y-%m-%d}  Ada: I adopted a greyhound called Turbo.")
    with pytest.raises(NotFound, match="nothing to forget: entity='Zorro' matches nothing"):
        memory.forget(entity="Zorro")
