"""The nouns of graphmem: what is told, what is kept, and what comes back. Frozen values, no behaviour to speak of."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any, Literal

from graphmem.receipts import Change, Degradation, Forgotten, NamespaceInfo, Operation, Remembered, Stats

__all__ = [
    "Change",
    "Degradation",
    "Entity",
    "EntityKind",
    "Fact",
    "Forgotten",
    "Hit",
    "HitType",
    "Interaction",
    "Kind",
    "Mention",
    "Message",
    "Modality",
    "NamespaceInfo",
    "Operation",
    "Passage",
    "Path",
    "RecallOptions",
    "Remembered",
    "Rerank",
    "Role",
    "Ruling",
    "RulingKind",
    "Stats",
    "Synonym",
    "Why",
]

Kind = Literal["message", "passage", "step"]
Role = Literal["user", "assistant", "system", "tool"]
EntityKind = str
Modality = Literal["wish", "plan", "possible", "question", "conditional", "obligation"]
HitType = Literal["interaction", "fact", "entity", "query", "insight"]
Rerank = Literal["tokens", "off"]
RulingKind = Literal["update", "correction", "negation", "conflict", "retraction", "pin", "revert"]


@dataclass(frozen=True, slots=True)
class Message:
    """One chat turn, as it is told to `Memory.remember`.

    Args:
        text: what was said, verbatim; not empty or blank.
        speaker: who said it, by name; "I" in the text is this person.
        role: the speaker's part in the conversation, or None between equals.
        at: when it was said, an aware instant; None takes the call's `now`. Replayed messages need `at` or `id`,
            because a message stamped with the moment of the call is a new message at every replay.
        id: the caller's own id, unique in the namespace; None derives one from session, instant, speaker and text.
        caption: what a picture shared with the turn shows; searched like the text.
        metadata: JSON-serialisable values of the caller's, kept and returned as they are.
    """

    text: str
    _: KW_ONLY
    speaker: str | None = None
    role: Role | None = None
    at: datetime | None = None
    id: str | None = None
    caption: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of a document, as it is told to `Memory.remember`.

    Args:
        text: the passage, verbatim; not empty or blank.
        title: what the passage is about: the strongest link that passages have with each other.
        source: where it comes from (a path, an address), shown as provenance.
        at: the date of the document, an aware instant; None is unknown and stays unknown.
        id: the caller's own id, unique in the namespace; None derives one.
        metadata: JSON-serialisable values of the caller's, kept and returned as they are.
    """

    text: str
    _: KW_ONLY
    title: str | None = None
    source: str | None = None
    at: datetime | None = None
    id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """One relation triple: told by hand to `Memory.remember`, or drawn from interactions and returned.

    Args:
        subject: name of the entity the fact is about.
        predicate: the relation in lower snake case (`works_at`).
        object: name or value the relation leads to.
        valid_at: since when it holds in the world (inclusive), None unknown or unbounded.
        invalid_at: until when it holds (exclusive), None unknown or unbounded.
        negated: the statement denies the relation ("doesn't work at").
        modality: None for a plain statement; a wish, plan or possibility is not a fact of the same kind.
        text: a readable rendering.
        id: deterministic id; "" on a fact not yet remembered.
        subject_id: id of the subject's entity.
        object_id: id of the object's entity.
        confidence: 0 to 1, as the extractor judged it; 1 for facts told by hand.
        at: when it was first said, from the interactions that assert it; None when none is dated.
        created_at: when the store learnt it (system time).
        closed_at: since when in the world a ruling ends it (`Ruling.at`), None where none does; derived, not told.
        expired_at: when the store stopped holding it current (system time), None while current.
        extractor: which extractor wrote it; `hand` for facts told by a caller.
        sources: ids of the interactions that assert it, by instant, then id.
        subject_kind: what the subject is (`graphmem.identity.ENTITY_KINDS`), told with a fact by hand: it outvotes what
            texts show. None leaves that to them; always None on a fact that is returned (see `Entity.kind`).
        object_kind: the same for the object.
    """

    subject: str
    predicate: str
    object: str
    _: KW_ONLY
    valid_at: datetime | None = None
    invalid_at: datetime | None = None
    negated: bool = False
    modality: Modality | None = None
    text: str = ""
    id: str = ""
    subject_id: str = ""
    object_id: str = ""
    confidence: float = 1.0
    at: datetime | None = None
    created_at: datetime | None = None
    expired_at: datetime | None = None
    extractor: str = "hand"
    sources: tuple[str, ...] = ()
    closed_at: datetime | None = None
    subject_kind: EntityKind | None = None
    object_kind: EntityKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What was decided about a fact: that another took its place, that two conflict, or what a person said of it.

    What a fact was told to be never changes; rulings say from when to when it is not held. `update`, `correction`,
    `negation` and `conflict` are derived from the facts of a slot, always anew; `retraction`, `pin` and `revert` are
    a person's and stay until that person forgets them.

    Args:
        older: id of the fact that is ruled on; for a conflict the smaller of the two ids.
        kind: what was decided.
        newer: id of the fact that takes its place, denies it or conflicts with it; None for a person's word.
        at: from when in the world `older` is not held (inclusive); None is from its beginning.
        until: from when it is held again, because it was said again; None is for good.
        reason: in words.
        decided_by: `slots` for the rule, else who said so.
        evidence: the interaction that led to it, None for a person's word.
        created_at: when it was decided (system time).
        expired_at: when it was undone (system time), None while it stands.
        id: deterministic: of its fields up to `until`, and `created_at`.
    """

    older: str
    kind: RulingKind
    newer: str | None = None
    at: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    decided_by: str = "slots"
    evidence: str | None = None
    created_at: datetime | None = None
    expired_at: datetime | None = None
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing observed, verbatim and immutable: a chat turn, a document's passage, an agent's step.

    `arrival` counts the namespace's interactions from 1 in the order they were admitted; NEXT follows `at`, then
    `arrival`. `pending` tells that facts (or vectors) are still to be drawn; `extractor` names what drew them.
    """

    id: str
    session: str
    kind: Kind
    text: str
    speaker: str | None = None
    role: Role | None = None
    at: datetime | None = None
    caption: str | None = None
    title: str | None = None
    source: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    arrival: int = 0
    pending: bool = True
    extractor: str | None = None

    @property
    def searchable(self) -> str:
        """The text whose words are searched: title, text and caption, a line each."""
        return "\n".join(part for part in (self.title, self.text, self.caption) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A person, place, organisation, thing, concept or value that interactions mention.

    `kind` is elected (`graphmem.identity.elected_kind`) from what the mentions of it, and of those it is merged with,
    saw it as; `kinds` are all that its own saw, sorted. `base` is its kind apart from mentions: what a caller told, if
    `told`, which outvotes them, else what holds where none votes. A save reads `base`, or `kind` where that is None.
    `mentions` and `facts` are counted where entities are listed or are hits themselves; with a hit that mentions it,
    they are 0.
    """

    id: str
    name: str
    kind: EntityKind = "unknown"
    aliases: tuple[str, ...] = ()
    mentions: int = 0
    facts: int = 0
    merged_into: str | None = None
    created_at: datetime | None = None
    base: EntityKind | None = None
    told: bool = False
    kinds: tuple[EntityKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """That an interaction names an entity: how often, whether it is about it, and with what weight.

    `source` tells how it was found: `name` (spotted in the text, the basis of ranking) or `fact` (drawn with facts).
    `kind` is what the interaction's text shows the entity to be, its vote in the election of the entity's kind; None
    where it shows nothing.
    """

    interaction: str
    entity: str
    count: int = 1
    about: bool = False
    weight: float = 1.0
    source: Literal["name", "fact"] = "name"
    kind: EntityKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """A link between two entities that may be one; `method` is `merged` when somebody confirmed that they are.

    `a` < `b` by id for undirected links; for `merged`, `a` was merged into `b`.
    """

    a: str
    b: str
    score: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How the graph led to a hit: a chain of (label, id, text) steps joined by relationship names.

    `steps` holds n nodes and `relations` the n-1 relationship names between them, e.g.
    Interaction -MENTIONS-> Entity <-MENTIONS- Interaction.
    """

    steps: tuple[tuple[str, str, str], ...] = ()
    relations: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.steps:
            return ""
        rest = zip(self.relations, self.steps[1:], strict=True)
        return self.steps[0][2] + "".join(f" -{relation}- {step[2]}" for relation, step in rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a hit ranks where it does: each signal's value and its contribution to the score, and the graph path.

    `values` are the signals after normalisation, `parts` their weighted contributions (they sum to the score of the
    hit's ranking), both by signal name.
    """

    parts: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    path: Path = Path()
    ranking: str = ""

    def __str__(self) -> str:
        told = ", ".join(f"{n} {v:+.2f}" for n, v in sorted(self.parts.items(), key=lambda p: -abs(p[1])) if v)
        return told + (f"; {self.path}" if self.path.steps else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found, of any type, with its score, its reasons and what ties it to the question.

    `conflicts` are facts that can't be true beside a fact that is found, where nobody knows which of them holds.
    """

    type: HitType
    id: str
    score: float
    text: str
    at: datetime | None = None
    why: Why = field(default_factory=Why)
    namespace: str = ""
    interaction: Interaction | None = None
    fact: Fact | None = None
    entity: Entity | None = None
    facts: tuple[Fact, ...] = ()
    entities: tuple[Entity, ...] = ()
    conflicts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallOptions:
    """What to look for and where; every filter acts before any cut to `top_k`.

    Args:
        types: which types are ranked, side by side, each with `top_k` places of its own.
        kinds: kinds of interaction, None for all.
        roles: roles of the speaker, None for all, unknown roles included.
        session: one session only.
        sessions: any of these sessions; None for all.
        since: interactions at or after this aware instant; undated ones are left out and counted.
        until: interactions before this aware instant; undated ones are left out and counted.
        now: the moment the question is asked, for words such as "yesterday"; None reads the clock.
        as_of: what was true at this aware instant: facts that held then; None is what holds now.
        known_at: what this memory knew at this aware instant (system time); None is what it knows now.
        include_superseded: facts that others took the place of, too, and interactions that later ones revise; such
            facts are included anyway where the question asks about the past.
        ranking: name of a shipped ranking or a path to one; None is the default.
        namespaces: the namespaces to read; None reads the memory's own. Reading several is always explicit.
        rerank: "tokens" compares single tokens of the leading turns with the question's (ColBERT's MaxSim), "off" does
            not; None is what the memory was opened with.
    """

    types: tuple[HitType, ...] = ("interaction",)
    kinds: tuple[Kind, ...] | None = None
    roles: tuple[Role, ...] | None = None
    session: str | None = None
    sessions: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    now: datetime | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    include_superseded: bool = False
    ranking: str | None = None
    namespaces: tuple[str, ...] | None = None
    rerank: Rerank | None = None
