// What is learnt: nodes with the label Learnt beside their own, and links, which carry the namespace and tell by it from
// the arrows of facts. Each type of link has an index of its own, so reads by seq name every type.

// name: learnt_states
// mode: read
// params: namespace, ids, top_k
// (id, revision, label, name, text, attributes, at, created_at, expired_at, vector) of the nodes that are there.
UNWIND $ids AS id MATCH (n:Learnt {namespace: $namespace, id: id})
RETURN n.id, n.revision, n.label, n.name, n.text, n.attributes, n.at.epochMillis * 1000 + n.at.microsecond % 1000,
       n.created_at.epochMillis * 1000 + n.created_at.microsecond % 1000,
       n.expired_at.epochMillis * 1000 + n.expired_at.microsecond % 1000, n.vector_f32
ORDER BY n.id LIMIT $top_k

// name: put_learnt
// mode: write
// params: namespace, rows
// All properties are replaced: attributes are properties of their own, too, for people. Labels come from a whitelist.
UNWIND $rows AS row
MERGE (n:Learnt {namespace: $namespace, id: row.id})
SET n = row.properties
SET n:$(row.label)

// name: learnt_nodes
// mode: read
// params: namespace, labels, given, expired, after, top_k
// By an index of labels: of each as many as are asked for, so that what there is little of is not searched for in the rest.
UNWIND $labels AS label
CALL (label) {
  MATCH (n:Learnt)
  WHERE n.namespace = $namespace AND n.label = label AND n.id > $after AND ($expired OR n.expired_at IS NULL)
        AND all(k IN keys($given) WHERE CASE WHEN $given[k] IS NULL THEN n[k] IS NULL ELSE coalesce(n[k] = $given[k], false) END)
  RETURN n ORDER BY n.namespace, n.label, n.id LIMIT $top_k
}
WITH n ORDER BY n.id LIMIT $top_k
RETURN n.id, n.label, n.name, n.text, n.attributes, n.at.epochMillis * 1000 + n.at.microsecond % 1000,
       n.created_at.epochMillis * 1000 + n.created_at.microsecond % 1000,
       n.expired_at.epochMillis * 1000 + n.expired_at.microsecond % 1000, n.revision, n.vector_f32
ORDER BY n.id

// name: learnt_nodes_by_id
// mode: read
// params: namespace, labels, ids, given, expired, after, top_k
UNWIND $ids AS id MATCH (n:Learnt {namespace: $namespace, id: id})
WHERE n.id > $after AND ($expired OR n.expired_at IS NULL)
      AND ($labels IS NULL OR n.label IN $labels)
      AND all(k IN keys($given) WHERE CASE WHEN $given[k] IS NULL THEN n[k] IS NULL ELSE coalesce(n[k] = $given[k], false) END)
RETURN n.id, n.label, n.name, n.text, n.attributes, n.at.epochMillis * 1000 + n.at.microsecond % 1000,
       n.created_at.epochMillis * 1000 + n.created_at.microsecond % 1000,
       n.expired_at.epochMillis * 1000 + n.expired_at.microsecond % 1000, n.revision, n.vector_f32
ORDER BY n.id LIMIT $top_k

// name: ends_known
// mode: read
// params: namespace, ids, top_k
// Those among the ids that something has.
UNWIND $ids AS id
OPTIONAL MATCH (sl:Learnt {namespace: $namespace, id: id})
OPTIONAL MATCH (si:Interaction {namespace: $namespace, id: id})
OPTIONAL MATCH (se:Entity {namespace: $namespace, id: id})
OPTIONAL MATCH (sf:Fact {namespace: $namespace, id: id})
WITH id, coalesce(sl, si, se, sf) AS s WHERE s IS NOT NULL
RETURN DISTINCT id ORDER BY id LIMIT $top_k

// name: link_states
// mode: read
// params: namespace, rows, top_k
// (type, source, target, key, attributes, created_at) of the links that are there.
UNWIND $rows AS row
OPTIONAL MATCH (sl:Learnt {namespace: $namespace, id: row.source})
OPTIONAL MATCH (si:Interaction {namespace: $namespace, id: row.source})
OPTIONAL MATCH (se:Entity {namespace: $namespace, id: row.source})
OPTIONAL MATCH (sf:Fact {namespace: $namespace, id: row.source})
OPTIONAL MATCH (tl:Learnt {namespace: $namespace, id: row.target})
OPTIONAL MATCH (ti:Interaction {namespace: $namespace, id: row.target})
OPTIONAL MATCH (te:Entity {namespace: $namespace, id: row.target})
OPTIONAL MATCH (tf:Fact {namespace: $namespace, id: row.target})
WITH row, coalesce(sl, si, se, sf) AS s, coalesce(tl, ti, te, tf) AS t
WHERE s IS NOT NULL AND t IS NOT NULL
MATCH (s)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]->(t) WHERE type(l) = row.type AND l.key = row.key AND l.namespace = $namespace
RETURN type(l), s.id, t.id, l.key, l.attributes, l.created_at.epochMillis * 1000 + l.created_at.microsecond % 1000
ORDER BY type(l), s.id, t.id, l.key LIMIT $top_k

// name: add_links
// mode: write
// params: namespace, rows
// Types come from a whitelist. None of these is there: MERGE by a type from data reads all relationships of the type.
UNWIND $rows AS row
OPTIONAL MATCH (sl:Learnt {namespace: $namespace, id: row.source})
OPTIONAL MATCH (si:Interaction {namespace: $namespace, id: row.source})
OPTIONAL MATCH (se:Entity {namespace: $namespace, id: row.source})
OPTIONAL MATCH (sf:Fact {namespace: $namespace, id: row.source})
OPTIONAL MATCH (tl:Learnt {namespace: $namespace, id: row.target})
OPTIONAL MATCH (ti:Interaction {namespace: $namespace, id: row.target})
OPTIONAL MATCH (te:Entity {namespace: $namespace, id: row.target})
OPTIONAL MATCH (tf:Fact {namespace: $namespace, id: row.target})
WITH row, coalesce(sl, si, se, sf) AS s, coalesce(tl, ti, te, tf) AS t
WHERE s IS NOT NULL AND t IS NOT NULL
CREATE (s)-[l:$(row.type)]->(t)
SET l = row.properties

// name: update_links
// mode: write
// params: namespace, rows
UNWIND $rows AS row
OPTIONAL MATCH (sl:Learnt {namespace: $namespace, id: row.source})
OPTIONAL MATCH (si:Interaction {namespace: $namespace, id: row.source})
OPTIONAL MATCH (se:Entity {namespace: $namespace, id: row.source})
OPTIONAL MATCH (sf:Fact {namespace: $namespace, id: row.source})
OPTIONAL MATCH (tl:Learnt {namespace: $namespace, id: row.target})
OPTIONAL MATCH (ti:Interaction {namespace: $namespace, id: row.target})
OPTIONAL MATCH (te:Entity {namespace: $namespace, id: row.target})
OPTIONAL MATCH (tf:Fact {namespace: $namespace, id: row.target})
WITH row, coalesce(sl, si, se, sf) AS s, coalesce(tl, ti, te, tf) AS t
WHERE s IS NOT NULL AND t IS NOT NULL
MATCH (s)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]->(t) WHERE type(l) = row.type AND l.key = row.key AND l.namespace = $namespace
SET l = row.properties

// name: delete_links
// mode: write
// params: namespace, rows
UNWIND $rows AS row
OPTIONAL MATCH (sl:Learnt {namespace: $namespace, id: row.source})
OPTIONAL MATCH (si:Interaction {namespace: $namespace, id: row.source})
OPTIONAL MATCH (se:Entity {namespace: $namespace, id: row.source})
OPTIONAL MATCH (sf:Fact {namespace: $namespace, id: row.source})
OPTIONAL MATCH (tl:Learnt {namespace: $namespace, id: row.target})
OPTIONAL MATCH (ti:Interaction {namespace: $namespace, id: row.target})
OPTIONAL MATCH (te:Entity {namespace: $namespace, id: row.target})
OPTIONAL MATCH (tf:Fact {namespace: $namespace, id: row.target})
WITH row, coalesce(sl, si, se, sf) AS s, coalesce(tl, ti, te, tf) AS t
WHERE s IS NOT NULL AND t IS NOT NULL
MATCH (s)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]->(t) WHERE type(l) = row.type AND l.key = row.key AND l.namespace = $namespace
DELETE l RETURN DISTINCT row.type, row.source, row.target, row.key

// name: links_from
// mode: read
// params: namespace, ids, types, top_k
UNWIND $ids AS id
OPTIONAL MATCH (sl:Learnt {namespace: $namespace, id: id})
OPTIONAL MATCH (si:Interaction {namespace: $namespace, id: id})
OPTIONAL MATCH (se:Entity {namespace: $namespace, id: id})
OPTIONAL MATCH (sf:Fact {namespace: $namespace, id: id})
WITH coalesce(sl, si, se, sf) AS s WHERE s IS NOT NULL
MATCH (s)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]->(t) WHERE l.namespace = $namespace AND ($types IS NULL OR type(l) IN $types)
RETURN type(l), s.id, t.id, l.key, l.attributes, l.created_at.epochMillis * 1000 + l.created_at.microsecond % 1000
ORDER BY type(l), s.id, t.id, l.key LIMIT $top_k

// name: links_to
// mode: read
// params: namespace, ids, types, top_k
UNWIND $ids AS id
OPTIONAL MATCH (tl:Learnt {namespace: $namespace, id: id})
OPTIONAL MATCH (ti:Interaction {namespace: $namespace, id: id})
OPTIONAL MATCH (te:Entity {namespace: $namespace, id: id})
OPTIONAL MATCH (tf:Fact {namespace: $namespace, id: id})
WITH coalesce(tl, ti, te, tf) AS t WHERE t IS NOT NULL
MATCH (s)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]->(t) WHERE l.namespace = $namespace AND ($types IS NULL OR type(l) IN $types)
RETURN type(l), s.id, t.id, l.key, l.attributes, l.created_at.epochMillis * 1000 + l.created_at.microsecond % 1000
ORDER BY type(l), s.id, t.id, l.key LIMIT $top_k

// name: touched_learnt
// mode: read
// params: namespace, since, upto, pack, top_k
MATCH (n:Learnt) WHERE n.namespace = $namespace AND n.seq > $since AND n.seq <= $upto
WITH n ORDER BY n.seq, n.id LIMIT $top_k
WITH [n.id, n.label, n.name, n.text, n.attributes, n.at.epochMillis * 1000 + n.at.microsecond % 1000,
       n.created_at.epochMillis * 1000 + n.created_at.microsecond % 1000,
       n.expired_at.epochMillis * 1000 + n.expired_at.microsecond % 1000, n.revision, n.vector_f32] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: links_within
// mode: read
// params: namespace, types, since, upto, pack, top_k
// Links touched after $since, up to and with $upto, by (seq, type, source, target, key).
CALL () {
  MATCH (s)-[l:HAS_STEP]->(t) USING INDEX SEEK l:HAS_STEP(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'HAS_STEP' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:INSPIRED]->(t) USING INDEX SEEK l:INSPIRED(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'INSPIRED' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:SIMILAR_TO]->(t) USING INDEX SEEK l:SIMILAR_TO(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'SIMILAR_TO' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:SUB_QUERY_OF]->(t) USING INDEX SEEK l:SUB_QUERY_OF(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'SUB_QUERY_OF' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:SUPPORTED_BY]->(t) USING INDEX SEEK l:SUPPORTED_BY(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'SUPPORTED_BY' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:CONTEXTUALISES]->(t) USING INDEX SEEK l:CONTEXTUALISES(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'CONTEXTUALISES' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:USED]->(t) USING INDEX SEEK l:USED(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'USED' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:IN_COMMUNITY]->(t) USING INDEX SEEK l:IN_COMMUNITY(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'IN_COMMUNITY' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:PART_OF]->(t) USING INDEX SEEK l:PART_OF(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'PART_OF' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:DERIVED_FROM]->(t) USING INDEX SEEK l:DERIVED_FROM(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'DERIVED_FROM' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:DESCRIBES]->(t) USING INDEX SEEK l:DESCRIBES(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'DESCRIBES' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:RELATED_TO]->(t) USING INDEX SEEK l:RELATED_TO(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'RELATED_TO' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:SUPERSEDES]->(t) USING INDEX SEEK l:SUPERSEDES(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'SUPERSEDES' IN $types) RETURN s, l, t
  UNION ALL
  MATCH (s)-[l:REVISES]->(t) USING INDEX SEEK l:REVISES(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since AND l.seq <= $upto AND ($types IS NULL OR 'REVISES' IN $types) RETURN s, l, t
}
WITH s, l, t ORDER BY l.seq, type(l), s.id, t.id, l.key LIMIT $top_k
WITH [type(l), s.id, t.id, l.key, l.attributes, l.created_at.epochMillis * 1000 + l.created_at.microsecond % 1000] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: link_seqs
// mode: read
// params: namespace, since, top_k
// The seqs of the first links touched after $since; by namespace, too, so that each index is read in its order.
CALL () {
  MATCH (s)-[l:HAS_STEP]->(t) USING INDEX SEEK l:HAS_STEP(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:INSPIRED]->(t) USING INDEX SEEK l:INSPIRED(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:SIMILAR_TO]->(t) USING INDEX SEEK l:SIMILAR_TO(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:SUB_QUERY_OF]->(t) USING INDEX SEEK l:SUB_QUERY_OF(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:SUPPORTED_BY]->(t) USING INDEX SEEK l:SUPPORTED_BY(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:CONTEXTUALISES]->(t) USING INDEX SEEK l:CONTEXTUALISES(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:USED]->(t) USING INDEX SEEK l:USED(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:IN_COMMUNITY]->(t) USING INDEX SEEK l:IN_COMMUNITY(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:PART_OF]->(t) USING INDEX SEEK l:PART_OF(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:DERIVED_FROM]->(t) USING INDEX SEEK l:DERIVED_FROM(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:DESCRIBES]->(t) USING INDEX SEEK l:DESCRIBES(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:RELATED_TO]->(t) USING INDEX SEEK l:RELATED_TO(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:SUPERSEDES]->(t) USING INDEX SEEK l:SUPERSEDES(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
  UNION ALL
  MATCH (s)-[l:REVISES]->(t) USING INDEX SEEK l:REVISES(namespace, seq) WHERE l.namespace = $namespace AND l.seq > $since WITH l.seq AS seq ORDER BY l.namespace, l.seq LIMIT $top_k RETURN seq
}
RETURN seq ORDER BY seq LIMIT $top_k

// name: count_links
// mode: admin
// params: namespace
CALL () {
  MATCH (s)-[l:HAS_STEP]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:INSPIRED]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:SIMILAR_TO]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:SUB_QUERY_OF]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:SUPPORTED_BY]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:CONTEXTUALISES]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:USED]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:IN_COMMUNITY]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:PART_OF]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:DERIVED_FROM]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:DESCRIBES]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:RELATED_TO]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:SUPERSEDES]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
  UNION ALL
  MATCH (s)-[l:REVISES]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN count(l) AS some
}
RETURN sum(some)

// name: rename_links
// mode: write
// params: namespace, new, count
CALL () {
  MATCH (s)-[l:HAS_STEP]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:INSPIRED]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:SIMILAR_TO]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:SUB_QUERY_OF]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:SUPPORTED_BY]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:CONTEXTUALISES]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:USED]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:IN_COMMUNITY]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:PART_OF]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:DERIVED_FROM]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:DESCRIBES]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:RELATED_TO]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:SUPERSEDES]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
  UNION ALL
  MATCH (s)-[l:REVISES]->(t) WHERE l.namespace = $namespace AND l.seq IS NOT NULL RETURN l
}
WITH l LIMIT $count
SET l.namespace = $new
RETURN count(*)

// name: all_learnt
// mode: read
// params: namespace, top_k
MATCH (n:Learnt) WHERE n.namespace = $namespace AND n.id IS NOT NULL RETURN n.id ORDER BY n.id LIMIT $top_k

// name: learnt_from
// mode: read
// params: namespace, ids, types, top_k
// The nodes that a link of these types leads from to one of these ids.
UNWIND $ids AS id
OPTIONAL MATCH (tl:Learnt {namespace: $namespace, id: id})
OPTIONAL MATCH (ti:Interaction {namespace: $namespace, id: id})
OPTIONAL MATCH (te:Entity {namespace: $namespace, id: id})
OPTIONAL MATCH (tf:Fact {namespace: $namespace, id: id})
WITH coalesce(tl, ti, te, tf) AS t WHERE t IS NOT NULL
MATCH (n:Learnt)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]->(t) WHERE l.namespace = $namespace AND type(l) IN $types
RETURN DISTINCT n.id AS id ORDER BY id LIMIT $top_k

// name: delete_links_of
// mode: write
// params: namespace, ids
// The links from and to these ids: (type, source, target, key).
UNWIND $ids AS id
OPTIONAL MATCH (sl:Learnt {namespace: $namespace, id: id})
OPTIONAL MATCH (si:Interaction {namespace: $namespace, id: id})
OPTIONAL MATCH (se:Entity {namespace: $namespace, id: id})
OPTIONAL MATCH (sf:Fact {namespace: $namespace, id: id})
WITH coalesce(sl, si, se, sf) AS n WHERE n IS NOT NULL
MATCH (n)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]-() WHERE l.namespace = $namespace
WITH DISTINCT l, type(l) AS type, startNode(l).id AS source, endNode(l).id AS target, l.key AS key
DELETE l RETURN type, source, target, key

// name: delete_learnt
// mode: write
// params: namespace, ids
UNWIND $ids AS id MATCH (n:Learnt {namespace: $namespace, id: id}) DETACH DELETE n

// name: drop_learnt_vectors
// mode: write
// params: namespace, seq, count
MATCH (n:Learnt) WHERE n.namespace = $namespace AND n.id IS NOT NULL AND n.vector_f32 IS NOT NULL
WITH n LIMIT $count
SET n.seq = $seq, n.vector_f32 = NULL RETURN count(*)
