"""Recall of a namespace that is too large for an index in process: the server searches, the same code ranks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from graphmem import Memory, Message, Passage, RecallOptions
from graphmem.errors import InvalidInput, NotFound, StoreError
from graphmem.model import Interaction
from graphmem.ports import Embedder, Search
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor

Raw = Callable[..., list[list[object]]]

AT = datetime(2025, 1, 6, 9, tzinfo=UTC)
PEOPLE = ("Ada", "Bo", "Caro", "Dan", "Eva", "Finn", "Gita", "Hugo", "Iris", "Jon")
DEEDS = (
    "I adopted a grey parrot called {0}box.", "My brother moved to {0}town last spring.",
    "We painted the {0}hall ceiling in bright yellow.", "I burnt the lentil soup at the {0}inn again.",
    "The marathon in {0}port was harder than I thought.", "My thesis on {0}ite crystals is finished.",
    "I lost my passport on the ferry to {0}holm.", "The violin lesson at {0}school starts on Monday.",
    "I signed the lease for the flat in {0}street.", "Our neighbour {0}ine grows enormous pumpkins.",
    "I was promoted to head of {0}labs yesterday.", "The dentist in {0}dale pulled two teeth.",
)  # fmt: skip
STEMS = ("Mar", "Tol", "Brin", "Keld", "Osk", "Vel", "Nord", "Ask", "Lun", "Pell", "Ruth", "Sol")
ANSWERS = ("That is good to hear.", "Oh no, how come?", "Tell me more about it.", "Really? I had no idea.")


def chat(sessions: int) -> list[tuple[str, list[Message]]]:
    """Sessions of twelve turns: a person tells a deed that nobody else did there, another answers."""
    told = []
    for n in range(sessions):
        one, other = PEOPLE[n % len(PEOPLE)], PEOPLE[(n + 3) % len(PEOPLE)]
        turns = []
        for k in range(6):
            deed = DEEDS[(n + 5 * k) % len(DEEDS)].format(STEMS[(n // len(DEEDS) + 2 * k + n) % len(STEMS)])
            at = AT + timedelta(days=n, minutes=2 * k)
            turns += [
                Message(deed, speaker=one, at=at),
                Message(ANSWERS[(n + k) % 4], speaker=other, at=at + timedelta(minutes=1)),
            ]
        told.append((f"s{n}", turns))
    return told


QUESTIONS = [
    (f"{question} {PEOPLE[n % len(PEOPLE)]}?", DEEDS[n % len(DEEDS)].split("{0}")[0])
    for n, question in enumerate(
        (
            "Who has a parrot, is it", "Who has family that moved, is it", "What was painted by", "What did they burn,",
            "Who ran a marathon:", "What is the thesis about that was finished by", "Where was a passport lost by",
            "When does the violin lesson start for", "Which flat was leased by", "Who grows pumpkins beside",
        )
    )
]  # fmt: skip
PAGES = [
    Passage("The Orbit is a film of 1999 by Kay Lund.", title="The Orbit"),
    Passage("Kay Lund is a director who was born in Skagen.", title="Kay Lund"),
    Passage("Skagen is a town at the northern tip of Jutland.", title="Skagen"),
    *(Passage(f"{s}feld is a village of {90 + n} people near the river {s}.", title=f"{s}feld")
      for n, s in enumerate(STEMS)),
]  # fmt: skip


Opened = Callable[..., Memory]


@pytest.fixture(scope="module")
def told(neo4j_server: Server, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Two tenants with the same talk, the first with documents, too; only the first is searched by the server."""
    Neo4jBackdoor(neo4j_server).wipe()
    place = tmp_path_factory.mktemp("snapshots")

    def opened(namespace: str = "large", **options: object) -> Memory:
        told = {"snapshots": place, "extractor": None, "embedder": embedder, **options}
        return Memory.open(neo4j_server.uri, auth=neo4j_server.auth, namespace=namespace, **told)  # type: ignore[arg-type]

    for namespace, sessions in (("large", 12), ("other", 4)):
        with opened(namespace) as memory:
            for session, turns in chat(sessions):
                memory.remember(turns, session=session)
    with opened() as memory:
        memory.index_on_server()  # from here on it is kept up
        memory.remember(PAGES, session="documents")
    with opened("third") as memory:
        memory.remember("A parrot is what I want.", speaker="Zoe", at=AT)
        memory.index_on_server()
    yield opened
    with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as store:
        store._graph.make("drop_vector_index")
    Neo4jBackdoor(neo4j_server).wipe()


def test_it_answers_as_the_index_does(told: Opened, record_property: Callable[[str, object], None]) -> None:
    """Most of the ten best are the same, the first nearly always, and the result says that the server searched."""
    with told() as near, told(index_limit=50) as far:
        shared, firsts = 0, 0
        for question, deed in QUESTIONS:
            here, there = near.recall(question), far.recall(question)
            assert (here.via, there.via) == ("index", "server")
            assert not here.degraded
            assert there.degraded[0].what == "searched on the server"
            assert "index_limit=50" in there.degraded[0].why
            assert any(hit.text.startswith(deed) for hit in there)
            shared += len({h.id for h in here} & {h.id for h in there})
            firsts += here[0].id == there[0].id
    record_property("overlap@10", shared / (10 * len(QUESTIONS)))
    record_property("same first", firsts / len(QUESTIONS))
    print(f"overlap@10 {shared / (10 * len(QUESTIONS)):.2f}, same first {firsts / len(QUESTIONS):.2f}")
    assert shared >= 5 * len(QUESTIONS)
    assert firsts >= 0.7 * len(QUESTIONS)


def test_documents_are_linked_as_ever(told: Opened) -> None:
    """The walk goes over the neighbourhood: a second hop is found and its path is shown."""
    with told(index_limit=0) as memory:
        found = memory.recall("Where was the director of the film The Orbit born?", top_k=3)
        assert found.via == "server"
        assert any(hit.text.startswith("Kay Lund is a director") for hit in found)
        assert any(hit.why.path.steps for hit in found)
        entities = memory.recall("parrot", options=RecallOptions(types=("interaction", "fact", "entity")))
        assert {hit.type for hit in entities} <= {"interaction", "fact", "entity"}


def test_nothing_of_another_tenant_is_seen(told: Opened) -> None:
    """Another namespace with the same words in the same indexes is neither found nor in the way."""
    with told("third", index_limit=0) as memory:
        found = memory.recall("Who wants a parrot?")
        assert [hit.text for hit in found] == ["A parrot is what I want."]
        assert {hit.namespace for hit in found} == {"third"}
    with told(index_limit=0) as memory:
        assert {h.namespace for question, _ in QUESTIONS for h in memory.recall(question)} == {"large"}


def test_filters_act_before_the_cut(told: Opened) -> None:
    """A narrow time, a session, a role or a kind leaves what fits it, however much else the words would find."""
    day = RecallOptions(since=AT + timedelta(days=7), until=AT + timedelta(days=8))
    with told(index_limit=0) as memory:
        found = memory.recall("Who has a parrot?", options=day)
        assert len(found) == 10
        assert "fewer candidates" not in str(found.degraded)
        assert len(memory.recall("xyzzy", top_k=20, options=day)) == 12  # all there is, whatever the words
        assert {h.interaction.session for h in found if h.interaction} == {"s7"}
        for options in (RecallOptions(session="s7"), RecallOptions(sessions=("s7", "none"))):
            assert {h.interaction.session for h in memory.recall("lentil soup", options=options) if h.interaction} == {
                "s7"
            }
        pages = memory.recall("a village near the river", options=RecallOptions(kinds=("passage",)))
        assert {h.interaction.kind for h in pages if h.interaction} == {"passage"}
        assert not memory.recall("a village", options=replace(day, roles=("tool",)))


def test_it_is_kept_up(told: Opened) -> None:
    """What is told, forgotten or renamed afterwards is found, or not, at once; indexing again adds nothing."""
    with told("third", index_limit=0) as memory:
        ids = memory.remember("My cockatoo learnt to whistle.", speaker="Zoe", at=AT + timedelta(1)).ids
        assert ids[0] in {hit.id for hit in memory.recall("Which tropical bird sings?")}  # by its vector alone
        assert memory.index_on_server() == 0
        memory.rename_namespace("third", "fourth")
        assert ids[0] in {hit.id for hit in memory.recall("Which tropical bird sings?")}
        memory.rename_namespace("fourth", "third")
        memory.forget(interactions=ids)
        assert ids[0] not in {hit.id for hit in memory.recall("cockatoo")}


def test_a_namespace_that_is_not_searched_says_so(told: Opened) -> None:
    """Above the limit and never indexed on the server: the command that does it is named."""
    with told("other", index_limit=10) as memory, pytest.raises(StoreError, match="graphmem index --server"):
        memory.recall("parrot")
    with told("nobody") as memory, pytest.raises(NotFound):
        memory.index_on_server()


def test_the_index_is_missing_or_another(told: Opened, raw: Raw, embedder: Embedder) -> None:
    """No vector index, or one of another dimension: an error that names the mend, and the mend works."""
    make = (
        "CREATE VECTOR INDEX graphmem_interaction_vectors FOR (n:Interaction) ON (n.embedding) OPTIONS {indexConfig: "
    )
    with told("third", index_limit=0) as memory:
        raw("DROP INDEX graphmem_interaction_vectors")
        with pytest.raises(StoreError, match=r"vector index .* is missing: `graphmem index --server`"):
            memory.recall("parrot")
        raw(make + "{`vector.dimensions`: 7, `vector.similarity_function`: 'cosine'}}")
        with pytest.raises(StoreError, match=r"with 7 dimensions.*with 384.*--server --anew"):
            memory.recall("parrot")
        with pytest.raises(StoreError, match=r"with 7 dimensions.*--anew"):
            memory.index_on_server()
        assert memory.index_on_server(anew=True) == 1
        assert len(memory.recall("parrot")) == 1
    with told(index_limit=0) as memory:  # the other tenants' vectors were there all along
        assert any(hit.text.startswith("I adopted") for hit in memory.recall("parrot"))
    assert embedder.dimension == 384


def test_vectors_of_another_model_are_not_mixed(neo4j_server: Server, told: Opened) -> None:
    """Dropping vectors takes them out of the server's index, and the namespace must be indexed again."""
    with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as store:
        store.create_namespace("fifth", now=AT)
        store.admit("fifth", [Interaction(id="x", session="s", kind="message", text="A parrot.")], now=AT)
        store.make_searchable("fifth", dimension=384)
        asked = Search(words=("parrot",), vector=np.full(384, 384**-0.5, np.float32), within=RecallOptions(),
                       top_k=5, most=10)  # fmt: skip
        assert [i.id for i in store.neighbourhood("fifth", asked).interactions] == ["x"]
        assert store.drop_vectors("fifth") == 0
        store.refuse_unsearchable("fifth", dimension=384)
    with told("third") as memory:
        memory.store.drop_vectors("third")
        with pytest.raises(StoreError, match="not indexed on the server"):
            memory.store.refuse_unsearchable("third", dimension=384)  # type: ignore[attr-defined] # a server's
        memory.resume()
        assert memory.index_on_server() == 1


def test_a_file_refuses(tmp_path: Path, embedder: Embedder) -> None:
    """A SQLite file has no search of its own: above the limit it says what has, and never answers by half."""
    with Memory.open(tmp_path / "m.db", embedder=embedder, extractor=None, index_limit=2) as memory:
        memory.remember([Message(f"Parrot {n}", speaker="Ada", at=AT) for n in range(2)])
        assert memory.recall("parrot").via == "index"
        memory.remember(Message("Parrot 3", speaker="Ada", at=AT))
        with pytest.raises(StoreError, match=r"more than index_limit=2.*graphmem copy --to neo4j"):
            memory.recall("parrot")
        with pytest.raises(StoreError, match="no search of its own"):
            memory.index_on_server()
    with pytest.raises(InvalidInput, match="index_limit"):
        Memory.open(tmp_path / "m.db", embedder=embedder, extractor=None, index_limit=-1)


def test_what_was_forgotten_does_not_count(tmp_path: Path, embedder: Embedder) -> None:
    """A namespace that was large and is small again is indexed in process."""
    with Memory.open(tmp_path / "m.db", embedder=embedder, extractor=None, index_limit=2) as memory:
        ids = memory.remember([Message(f"Parrot {n}", speaker="Ada", at=AT) for n in range(5)]).ids
        with pytest.raises(StoreError):
            memory.recall("parrot")
        memory.forget(interactions=ids[:3])
        assert len(memory.recall("parrot")) == 2
