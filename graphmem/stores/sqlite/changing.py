"""The change log: pages of whole transactions, each row in its present state."""

from graphmem.ports import Assertion, Changes, Tombstone
from graphmem.stores.columns import ruling_of
from graphmem.stores.learnt import link_of, node_of
from graphmem.stores.paging import page_end
from graphmem.stores.sqlite.database import Database
from graphmem.stores.sqlite.namespaces import Place, place_of
from graphmem.stores.sqlite.reading import with_sources
from graphmem.stores.sqlite.rows import entities_of, interaction_of, mention_of, synonym_of, vector_row

__all__ = ["changes", "page_end"]


def changes(db: Database, namespace: str, *, since: int, limit: int) -> Changes:
    """Return the page of the log after `since`.

    A `since` that this life of the namespace never gave (it was erased, renamed or restored from a backup) starts
    again from the beginning and says so in `reset`.
    """
    with db.reading():
        place = place_of(db, namespace)
        if place is None:
            return Changes(seq=0, reset=since > 0)
        reset = since > place.seq or 0 < since <= place.born
        return _page(db, place, since=0 if reset else since, limit=max(1, limit), reset=reset)


def _page(db: Database, place: Place, *, since: int, limit: int, reset: bool) -> Changes:
    seqs = db.read("touched_seqs", namespace=place.key, since=since, top_k=limit + 1)
    upto = page_end([row[0] for row in seqs], limit=limit, last=place.seq)
    span = {"namespace": place.key, "since": since, "upto": upto}
    assertions = db.read("touched_assertions", **span)
    return Changes(
        seq=upto,
        interactions=[interaction_of(row) for row in db.read("touched_interactions", **span)],
        vectors=[vector_row(*row) for row in db.read("touched_vectors", **span)],
        entities=entities_of(db.read("touched_entities", **span), db.read("touched_aliases", **span)),
        mentions=[mention_of(row) for row in db.read("touched_mentions", **span)],
        facts=with_sources(db.read("touched_facts", **span), assertions),
        assertions=[Assertion(interaction, fact) for _, fact, interaction in assertions],
        synonyms=[synonym_of(row) for row in db.read("touched_synonyms", **span)],
        rulings=[ruling_of(row) for row in db.read("touched_rulings", **span)],
        nodes=[node_of(row) for row in db.read("touched_nodes", **span)],
        links=[link_of(row) for row in db.read("touched_links", **span)],
        tombstones=[Tombstone(*row) for row in db.read("tombstones", **span)],
        more=upto < place.seq,
        reset=reset,
    )
