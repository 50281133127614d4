"""The change log: pages of whole transactions, each node in its present state."""

from collections.abc import Collection

from graphmem.ports import Assertion, ChangeKind, Changes, Tombstone
from graphmem.stores.columns import Row, interaction_of, mention_of, ruling_of, synonym_of, vector_row
from graphmem.stores.learnt import node_of
from graphmem.stores.neo4j.graph import ALL, Graph, Transaction
from graphmem.stores.neo4j.learnt import link_seqs, links_touched
from graphmem.stores.neo4j.namespaces import Place, place_of
from graphmem.stores.neo4j.reading import with_aliases, with_sources
from graphmem.stores.paging import page_end

__all__ = ["changes"]

#: Kinds of rows that a page may hold without counting facts, entities and rulings.
_OF_TURNS: frozenset[ChangeKind] = frozenset({"interactions", "vectors", "mentions", "nodes", "links"})
#: The label of the nodes that rows of a kind go with.
_GO_WITH: dict[ChangeKind, str] = {
    "interactions": "Interaction", "vectors": "Interaction", "mentions": "Interaction", "facts": "Fact",
    "assertions": "Fact", "entities": "Entity", "synonyms": "Entity", "rulings": "Ruling", "nodes": "Learnt",
}  # fmt: skip


def changes(graph: Graph, namespace: str, *, since: int, limit: int, only: Collection[ChangeKind] | None) -> Changes:
    """Return the page of the log after `since`; `only` these kinds of rows.

    A `since` that this life of the namespace never gave (it was erased, renamed or restored from a backup) starts
    again from the beginning and says so in `reset`.

    The statements of one page see what is committed when each of them runs. The counter is read first: what is written
    meanwhile has a higher seq, is left out where it would be torn, and is told by the next page.
    """

    def work(tx: Transaction) -> Changes:
        place = place_of(tx, namespace)
        if place is None:
            return Changes(seq=0, reset=since > 0)
        reset = since > place.seq or 0 < since <= place.born
        return _page(tx, place, since=0 if reset else since, limit=max(1, limit), reset=reset, only=only)

    return graph.read(work)


def _page(
    tx: Transaction, place: Place, *, since: int, limit: int, reset: bool, only: Collection[ChangeKind] | None
) -> Changes:
    counted = "touched_turn_seqs" if only is not None and _OF_TURNS.issuperset(only) else "touched_seqs"
    rows = tx.rows(counted, namespace=place.name, since=since, top_k=limit + 1)
    touched: dict[str, list[int]] = dict(map(tuple, rows))
    linked = link_seqs(tx, place.name, since=since, top_k=limit + 1)
    upto = page_end([seq for seqs in (*touched.values(), linked) for seq in seqs], limit=limit, last=place.seq)
    there = {label for label, seqs in touched.items() if seqs and min(seqs) <= upto}  # of the others nothing is asked
    span = {"namespace": place.name, "since": since, "upto": upto, "top_k": ALL}

    def wanted(kind: ChangeKind) -> bool:
        return only is None or kind in only

    def read(kind: ChangeKind, name: str) -> list[Row]:
        return tx.packed(name, **span) if wanted(kind) and _GO_WITH[kind] in there else []

    kind: ChangeKind = "assertions" if wanted("assertions") else "facts"
    assertions = read(kind, "touched_assertions")
    said = assertions if wanted("assertions") else []
    return Changes(
        seq=upto,
        interactions=[interaction_of(row) for row in read("interactions", "touched_interactions")],
        vectors=[vector_row(*row) for row in read("vectors", "touched_vectors")],
        entities=with_aliases(read("entities", "touched_entities")),
        mentions=[mention_of(row) for row in read("mentions", "touched_mentions")],
        facts=with_sources(read("facts", "touched_facts"), assertions),
        assertions=[Assertion(interaction, fact) for _, fact, interaction in said],
        synonyms=[synonym_of(row) for row in read("synonyms", "touched_synonyms")],
        rulings=[ruling_of(row) for row in read("rulings", "touched_rulings")],
        nodes=[node_of(row) for row in read("nodes", "touched_learnt")],
        links=links_touched(tx, place.name, since=since, upto=upto) if linked and wanted("links") else [],
        tombstones=[Tombstone(*row) for row in tx.packed("tombstones", **span)] if "Tombstone" in there else [],
        more=upto < place.seq,
        reset=reset,
    )
