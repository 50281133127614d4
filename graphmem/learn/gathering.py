"""Steps of consolidation over facts and lessons: communities, profiles, insights that say the same, procedures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from graphmem.chat import Material
from graphmem.identity import derive_id
from graphmem.learn.advice import standing
from graphmem.learn.communities import Community, Inner, Told, communities, summary
from graphmem.learn.drafts import Draft, Plan, drafted
from graphmem.learn.keywords import Vocabulary, words_of
from graphmem.learn.merging import merges
from graphmem.learn.nouns import Insight
from graphmem.learn.procedures import Run, procedures
from graphmem.learn.profiles import FORM, Drawn, bearing, profile
from graphmem.learn.rows import caption, in_order, insight_node, query_of, support_links
from graphmem.learn.work import Work
from graphmem.model import Entity, Fact, Interaction
from graphmem.rows import Link, Node

__all__ = ["draw_profiles", "find_communities", "find_procedures", "merge_insights", "runs_of"]

#: People whose profile is kept: the most mentioned.
PEOPLE = 200
#: Communities are found anew once the facts have grown or shrunk by this share.
GROWN = 0.1
#: Facts and interactions read at a time.
CHUNK = 500
#: Communities and profiles of one plan.
FEW = 20
WORDS = 80


# --- communities ----------------------------------------------------------------------------------------------------


def find_communities(work: Work) -> Iterator[Plan]:
    """Find the communities anew once the facts have changed by a tenth; a few facts more belong where theirs do."""
    store, namespace, origin = work.desk.store, work.desk.namespace, work.desk.origin
    count = store.stats(namespace).facts
    with work.learnt() as learnt:
        current = [n for n in learnt.of("Community") if n.expired_at is None]
    mark = work.mark("communities")
    before, found_then = mark.get("facts"), mark.get("found")
    same = isinstance(before, int) and abs(count - before) <= GROWN * before and found_then == len(current)
    if same and not any(map(work.wording.wanted, current)):
        return
    facts = [f for f in _current(work) if not f.negated and f.subject_id != f.object_id]
    found = communities(_edges(facts))
    ids = [derive_id(origin, "Community", str(c.level), *c.members) for c in found]
    told = _told(found, facts)
    for start in range(0, len(ids), FEW):
        part = range(start, min(start + FEW, len(ids)))
        links = [Link(type="IN_COMMUNITY", source=m, target=ids[p]) for p in part for m in found[p].members]
        links += [Link(type="DESCRIBES", source=ids[p], target=m) for p in part for m in told[p].central]
        above = [(p, found[p].parent) for p in part]
        links += [Link(type="PART_OF", source=ids[p], target=ids[a]) for p, a in above if a is not None]
        yield Plan(drafts=[_community(ids[p], found[p], told[p]) for p in part], links=links)
    marks = {"communities": {"facts": count, "found": len(ids)}}
    yield Plan(gone=work.others("Community", than=ids), marks=marks)


def _current(work: Work) -> list[Fact]:
    """Return all current facts by id, read page by page: readers of the store come in between."""
    store, namespace = work.desk.store, work.desk.namespace
    found: dict[str, Fact] = {}
    since, more = 0, True
    while more:
        page = store.changes(namespace, since=since, only={"facts"})
        if page.reset:
            found.clear()
        for tombstone in page.tombstones:
            found.pop(tombstone.id, None)
        found |= {f.id: f for f in page.facts}
        since, more = page.seq, page.more
    return [found[i] for i in sorted(found) if found[i].expired_at is None]


def _edges(facts: Sequence[Fact]) -> dict[tuple[str, str], float]:
    edges: dict[tuple[str, str], float] = {}
    for f in facts:
        pair = (min(f.subject_id, f.object_id), max(f.subject_id, f.object_id))
        edges[pair] = edges.get(pair, 0.0) + max(1, len(f.sources))
    return edges


def _told(found: Sequence[Community], facts: Sequence[Fact]) -> list[Told]:
    """Return what each community is about; keywords are told apart from those of others on the same level."""
    names = {f.subject_id: f.subject for f in facts} | {f.object_id: f.object for f in facts}
    homes: defaultdict[str, list[int]] = defaultdict(list)
    for place, community in enumerate(found):
        for member in community.members:
            homes[member].append(place)
    inner: list[list[Inner]] = [[] for _ in found]
    for f in facts:
        for place in set(homes.get(f.subject_id, ())) & set(homes.get(f.object_id, ())):
            inner[place].append(Inner(f.id, f.subject_id, f.object_id, f.text))
    words = {
        level: Vocabulary(
            (w for f in inner[place] for w in words_of(f.text))
            for place, community in enumerate(found)
            if community.level == level
        )
        for level in {c.level for c in found}
    }
    return [summary(c, names=names, facts=inner[place], words=words[c.level]) for place, c in enumerate(found)]


def _community(id_: str, community: Community, told: Told) -> Draft:
    node = Node(
        id=id_,
        label="Community",
        name=caption(", ".join(told.names)),
        text=told.text,
        attributes={"level": community.level, "size": len(community.members), "keywords": list(told.keywords)},
    )
    texts = tuple(f"{f.text.rstrip('.')}." for f in told.facts)
    sources = [f.id for f in told.facts]
    material = Material(about="community", texts=texts, words=WORDS)
    return drafted(node, picked=sources, material=material, sources=sources)


# --- profiles -------------------------------------------------------------------------------------------------------


def draw_profiles(work: Work) -> Iterator[Plan]:
    """Draw the profiles of the most mentioned people, of those whose facts or rulings changed since the last time."""
    store, namespace = work.desk.store, work.desk.namespace
    upto = store.seq(namespace)
    people = [e for e in store.entities(namespace, top_k=PEOPLE * 20) if e.kind == "person"][:PEOPLE]
    mark = work.mark("profiles")
    drawn, since = mark.get("people"), mark.get("seq")
    known = set(drawn) if isinstance(drawn, list) else set()
    changed = _changed(work, since) if isinstance(since, int) and mark.get("form") == FORM else None
    due = [p for p in people if changed is None or p.id in changed or p.id not in known]
    found = {p.id: one for p in due if (one := _profile(work, p)) is not None}
    ids = {p.id for p in people}
    redrawn = {p.id for p in due}
    with work.learnt() as learnt:
        standing = learnt.of("Profile")
    gone = [
        n.id
        for n in standing
        if n.expired_at is None
        and (n.attributes.get("entity") not in ids or n.attributes.get("entity") in redrawn - set(found))
    ]
    profiles = list(found.values())
    for start in range(0, len(profiles), FEW):
        part = profiles[start : start + FEW]
        yield Plan(nodes=[p.node for p in part], links=[k for p in part for k in p.links])
    yield Plan(gone=gone, marks={"profiles": {"people": sorted(ids), "seq": upto, "form": FORM}})


def _changed(work: Work, since: int) -> set[str] | None:
    """Return the entities whose facts, sayings or rulings changed since; None where anything was forgotten."""
    store, namespace = work.desk.store, work.desk.namespace
    ids: set[str] = set()
    entities: set[str] = set()
    more = True
    while more:
        page = store.changes(namespace, since=since, only={"facts", "assertions", "rulings"})
        if page.reset or any(t.label in ("Interaction", "Entity", "Fact", "Ruling") for t in page.tombstones):
            return None
        entities |= {end for f in page.facts for end in (f.subject_id, f.object_id)}
        ids |= {a.fact for a in page.assertions}
        ids |= {i for r in page.rulings for i in (r.older, r.newer) if i is not None}
        since, more = page.seq, page.more
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        for f in store.facts(namespace, ids=ordered[start : start + CHUNK], expired=True, top_k=CHUNK):
            entities |= {f.subject_id, f.object_id}
    return entities


def _profile(work: Work, person: Entity) -> Drawn | None:
    store, namespace = work.desk.store, work.desk.namespace
    facts = store.facts(namespace, about=[person.id], top_k=2_000)
    ids = [f.id for f in bearing(person, facts)]
    rulings = store.rulings(namespace, facts=ids) if ids else []
    denied = {i: True for r in rulings if r.kind == "conflict" for i in (r.older, r.newer) if i is not None}
    return profile(person, facts, denied=denied, origin=work.desk.origin)


# --- lessons and recipes --------------------------------------------------------------------------------------------


def merge_insights(work: Work) -> Iterator[Plan]:
    """Make insights that say nearly the same one that supersedes them."""
    with work.learnt() as learnt:
        ids, matrix = learnt.matrix("Insight")
        places = {id_: place for place, id_ in enumerate(ids)}
        current = [one for one in standing(learnt) if one.id in places and one.origin != "stable"]
        known = {one.id: learnt.nodes[one.id] for one in current}
    found = merges(current, matrix[[places[i.id] for i in current]], origin=work.desk.origin, now=work.desk.clock())
    nodes = [insight_node(m.whole, vector=matrix[places[_best(m.parts, m.whole.text)]]) for m in found]
    parts = [insight_node(p, vector=known[p.id].vector) for m in found for p in m.parts]
    links = [link for m in found for link in (*m.links, *support_links(m.whole))]
    yield Plan([*nodes, *parts], links, seen={p.id: known[p.id].revision for p in parts})


def _best(parts: Iterable[Insight], text: str) -> str:
    return next(p.id for p in parts if p.text == text)


def find_procedures(work: Work) -> Iterator[Plan]:
    """Find step sequences that succeeded again and again."""
    found = procedures(runs_of(work, least=2))
    nodes = [
        Node(
            id=derive_id(work.desk.origin, "Procedure", p.goal, *p.steps),
            label="Procedure",
            name=caption(p.goal),
            text=p.text,
            attributes={"goal": p.goal, "runs": len(p.queries), "steps": list(p.steps)},
        )
        for p in found
    ]
    links = [
        Link(type="DERIVED_FROM", source=n.id, target=s) for n, p in zip(nodes, found, strict=True) for s in p.sources
    ]
    yield Plan(nodes, links, gone=work.others("Procedure", than=[n.id for n in nodes]))


def runs_of(work: Work, *, least: int) -> list[Run]:
    """Return the successful queries of at least so many steps, with their steps, read many queries at a time."""
    with work.learnt() as learnt:
        won = [q for n in learnt.of("Query") if (q := query_of(n)).outcome == "success"]
        ids = {q.id: [k.target for k in learnt.out(q.id, "HAS_STEP")] for q in won}
    wanted = [i for steps in ids.values() if len(steps) >= least for i in steps]
    known: dict[str, Interaction] = {}
    for start in range(0, len(wanted), CHUNK):
        part = work.desk.store.interactions(work.desk.namespace, wanted[start : start + CHUNK])
        known |= {i.id: i for i in part}
    return [Run(q.id, q.text, in_order([known[i] for i in ids[q.id] if i in known])) for q in won]
