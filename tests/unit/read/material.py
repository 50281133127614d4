"""A small corpus of our own, a store that holds it, and its index: what the tests of the read path stand on."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from graphmem.model import Interaction
from graphmem.ports import Batch, Embedder, Store, VectorRow, Vectors
from graphmem.read.columns import Floats
from graphmem.stores.sqlite import SqliteStore
from graphmem.text.embedding_text import embedding_text, embeds, sentence_texts

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
NAMESPACE = "user/ada"

_CHATS = {
    "spring": [
        ("Bruno", "Hi Ada! Any news since the winter?"),
        ("Ada", "Plenty. I moved to Trieste in February and rent a room above a bakery."),
        ("Bruno", "What do you do there all day?"),
        ("Ada", "I restore old violins with a luthier called Milena Kos."),
        ("Bruno", "That sounds like a dream."),
        ("Ada", "It is, though the varnish gives me headaches."),
    ],
    "summer": [
        ("Bruno", "My sister Clara got married last Saturday!"),
        ("Ada", "Congratulations! Where was it?"),
        ("Bruno", "In a lighthouse near Rovinj, with forty guests."),
        ("Ada", "ok"),
        ("Bruno", "ok"),
        ("Ada", "I adopted a cat from the shelter, she is called Pepper."),
    ],
}

_PASSAGES = [
    ("Trieste", "Trieste is a port on the Adriatic Sea. Its winds are called bora."),
    ("Bora (wind)", "The bora blows from the Karst towards the Adriatic, mostly in winter."),
    ("Milena Kos", "Milena Kos is a luthier. She learnt her craft in Cremona."),
    ("Cremona", "Cremona is a city in Lombardy, famous for its violin makers."),
]


def turns() -> list[Interaction]:
    """Two chats of six turns, a day and two months apart."""
    found: list[Interaction] = []
    for session, said in _CHATS.items():
        start = NOW if session == "spring" else NOW + timedelta(days=60)
        for minute, (speaker, text) in enumerate(said):
            at = start + timedelta(minutes=minute)
            id_ = f"{session}-{minute}"
            found.append(Interaction(id=id_, session=session, kind="message", text=text, speaker=speaker, at=at))
    return found


def passages() -> list[Interaction]:
    """Four undated passages that link to each other by their titles."""
    return [
        Interaction(id=f"doc-{number}", session="atlas", kind="passage", text=text, title=title, source="atlas.md")
        for number, (title, text) in enumerate(_PASSAGES)
    ]


def store_of(*groups: Sequence[Interaction], embedder: Embedder | None = None, namespace: str = NAMESPACE) -> Store:
    """A store in memory that holds these interactions, with their vectors where an embedder is given."""
    store = SqliteStore.open(":memory:")
    store.set_setting("store_id", "test")
    tell(store, *groups, embedder=embedder, namespace=namespace)
    return store


def tell(
    store: Store, *groups: Sequence[Interaction], embedder: Embedder | None = None, namespace: str = NAMESPACE
) -> None:
    """Admit interactions to a store and save their vectors."""
    store.create_namespace(namespace, now=NOW)
    for group in groups:
        store.admit(namespace, group, now=NOW)
        if embedder is not None:
            store.save(namespace, Batch(vectors=[vectors_of(i, embedder) for i in group if embeds(i)]), now=NOW)


@lru_cache(maxsize=1_000)
def _embedded(embedder: Embedder, texts: tuple[str, ...]) -> Vectors:
    return embedder.embed(texts)


def vectors_of(interaction: Interaction, embedder: Embedder) -> VectorRow:
    """An interaction's vectors, as the write path makes them."""
    vector = _embedded(embedder, (embedding_text(interaction),))[0]
    return VectorRow(interaction.id, vector, _embedded(embedder, tuple(sentence_texts(interaction))))


@lru_cache(maxsize=100)
def question_vector(embedder: Embedder, text: str) -> Floats:
    """A question's vector."""
    return embedder.embed_question(text)
