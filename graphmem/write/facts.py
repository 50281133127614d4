"""Steps 2 and 4 of writing: put interactions in their context, and turn what an extractor drew into rows. Pure."""

from collections.abc import Iterable, Sequence

from graphmem.identity import UNKNOWN, entity_id, fact_id, name_key
from graphmem.model import Entity, Fact, Interaction, Mention
from graphmem.ports import Assertion, Batch, Extraction, FoundEntity, Triple, Turn

__all__ = ["CONTEXT", "batch_of", "listener_of", "turn_of"]

#: How many interactions before a turn an extractor may look at: pronouns reach no further.
CONTEXT = 10


def turn_of(interaction: Interaction, before: Sequence[Interaction]) -> Turn:
    """Return the interaction with its last `CONTEXT` predecessors, its listener and the names of the speakers."""
    near = tuple(before[-CONTEXT:])
    speakers = dict.fromkeys(i.speaker for i in (*near, interaction) if i.speaker)
    return Turn(interaction, before=near, listener=listener_of(interaction, near), known=tuple(speakers))


def listener_of(interaction: Interaction, before: Sequence[Interaction]) -> str | None:
    """Return who "you" is: the last other speaker before this turn; the other role where nobody is named.

    None where nobody else has spoken yet, or where the interaction is no chat turn.
    """
    if interaction.kind != "message":
        return None
    own = interaction.speaker or interaction.role
    others = [i.speaker or i.role for i in before if (i.speaker or i.role) not in (None, own)]
    if others:
        return others[-1]
    return {"user": "assistant", "assistant": "user"}.get(interaction.role or "")


def batch_of(origin: str, drawn: Iterable[tuple[Interaction, Extraction]]) -> Batch:
    """Return the rows of what was drawn from interactions; ids of `graphmem.identity` under the namespace's origin.

    Entities that only triples name are entities, too. Every interaction given is marked done.
    """
    entities: list[Entity] = []
    mentions: list[Mention] = []
    facts: list[Fact] = []
    assertions: list[Assertion] = []
    done: dict[str, str] = {}
    for interaction, extraction in drawn:
        done[interaction.id] = extraction.extractor
        found = [e for e in (*extraction.entities, *_named_by(extraction.triples)) if name_key(e.name)]
        entities += [_entity(origin, e) for e in found]
        mentions += _mentions(origin, interaction, found)
        drawn_facts = [_fact(origin, t, extraction.extractor) for t in extraction.triples if _complete(t)]
        facts += drawn_facts
        assertions += [Assertion(interaction.id, f.id) for f in drawn_facts]
    return Batch(entities=entities, mentions=mentions, facts=facts, assertions=assertions, done=done)


def _complete(triple: Triple) -> bool:
    return bool(name_key(triple.subject) and triple.predicate.strip() and name_key(triple.object))


def _named_by(triples: Iterable[Triple]) -> list[FoundEntity]:
    complete = [t for t in triples if _complete(t)]
    subjects = [FoundEntity(name=t.subject, kind=t.subject_kind, count=0) for t in complete]
    return subjects + [FoundEntity(name=t.object, kind=t.object_kind, count=0) for t in complete]


def _entity(origin: str, found: FoundEntity) -> Entity:
    """An entity has no kind of its own: it is elected from the mentions, which go with their interactions."""
    id_, kinds = entity_id(origin, found.name), () if found.kind == UNKNOWN else (found.kind,)
    return Entity(id=id_, name=found.name, kind=found.kind, base=UNKNOWN, kinds=kinds, aliases=found.aliases)


def _mentions(origin: str, interaction: Interaction, found: Sequence[FoundEntity]) -> list[Mention]:
    """One mention per entity: counts add up within a turn; a name that only a triple brings counts once.

    Its kind is the first that is known: that of the entity found goes before those of the triples.
    """
    counts: dict[str, int] = {}
    about: dict[str, bool] = {}
    kinds: dict[str, str] = {}
    for entity in found:
        key = entity_id(origin, entity.name)
        counts[key] = counts.get(key, 0) + entity.count
        about[key] = about.get(key, False) or entity.about
        if entity.kind != UNKNOWN:
            kinds.setdefault(key, entity.kind)
    return [
        Mention(
            interaction=interaction.id,
            entity=key,
            count=max(1, n),
            about=about[key],
            source="fact",
            kind=kinds.get(key),
        )
        for key, n in counts.items()
    ]


def _fact(origin: str, triple: Triple, extractor: str) -> Fact:
    id_ = fact_id(
        origin,
        triple.subject,
        triple.predicate,
        triple.object,
        valid_at=triple.valid_at,
        invalid_at=triple.invalid_at,
        negated=triple.negated,
        modality=triple.modality,
    )
    return Fact(
        triple.subject,
        triple.predicate,
        triple.object,
        id=id_,
        subject_id=entity_id(origin, triple.subject),
        object_id=entity_id(origin, triple.object),
        valid_at=triple.valid_at,
        invalid_at=triple.invalid_at,
        negated=triple.negated,
        modality=triple.modality,
        text=triple.text or _rendered(triple),
        confidence=triple.confidence,
        extractor=extractor,
    )


def _rendered(triple: Triple) -> str:
    relation = triple.predicate.replace("_", " ")
    return f"{triple.subject} {'not ' if triple.negated else ''}{relation} {triple.object}"
