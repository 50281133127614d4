"""The change log: pages of whole transactions, each row in its present state."""

from collections.abc import Collection

from graphmem.ports import Assertion, ChangeKind, Changes, Tombstone
from graphmem.stores.columns import ruling_of
from graphmem.stores.learnt import link_of, node_of
from graphmem.stores.paging import page_end
from graphmem.stores.sqlite.database import Database, Row
from graphmem.stores.sqlite.namespaces import Place, place_of
from graphmem.stores.sqlite.reading import with_sources
from graphmem.stores.sqlite.rows import entities_of, interaction_of, mention_of, synonym_of, vector_row

__all__ = ["changes", "page_end"]


def changes(db: Database, namespace: str, *, since: int, limit: int, only: Collection[ChangeKind] | None) -> Changes:
    """Return the page of the log after `since`; `only` these kinds of rows.

    A `since` that this life of the namespace never gave (it was erased, renamed or restored from a backup) starts
    again from the beginning and says so in `reset`.
    """
    with db.reading():
        place = place_of(db, namespace)
        if place is None:
            return Changes(seq=0, reset=since > 0)
        reset = since > place.seq or 0 < since <= place.born
        return _page(db, place, since=0 if reset else since, limit=max(1, limit), reset=reset, only=only)


def _page(
    db: Database, place: Place, *, since: int, limit: int, reset: bool, only: Collection[ChangeKind] | None
) -> Changes:
    seqs = db.read("touched_seqs", namespace=place.key, since=since, top_k=limit + 1)
    upto = page_end([row[0] for row in seqs], limit=limit, last=place.seq)
    span = {"namespace": place.key, "since": since, "upto": upto}

    def wanted(kind: ChangeKind) -> bool:
        return only is None or kind in only

    def read(kind: ChangeKind, name: str) -> list[Row]:
        return db.read(name, **span) if wanted(kind) else []

    kind: ChangeKind = "assertions" if wanted("assertions") else "facts"
    assertions = read(kind, "touched_assertions")
    said = assertions if wanted("assertions") else []
    return Changes(
        seq=upto,
        interactions=[interaction_of(row) for row in read("interactions", "touched_interactions")],
        vectors=[vector_row(*row) for row in read("vectors", "touched_vectors")],
        entities=entities_of(read("entities", "touched_entities"), read("entities", "touched_aliases")),
        mentions=[mention_of(row) for row in read("mentions", "touched_mentions")],
        facts=with_sources(read("facts", "touched_facts"), assertions),
        assertions=[Assertion(interaction, fact) for _, fact, interaction in said],
        synonyms=[synonym_of(row) for row in read("synonyms", "touched_synonyms")],
        rulings=[ruling_of(row) for row in read("rulings", "touched_rulings")],
        nodes=[node_of(row) for row in read("nodes", "touched_nodes")],
        links=[link_of(row) for row in read("links", "touched_links")],
        tombstones=[Tombstone(*row) for row in db.read("tombstones", **span)],
        more=upto < place.seq,
        reset=reset,
    )
