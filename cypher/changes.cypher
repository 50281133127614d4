// The change log: what was touched after $since, up to and with $upto, in order of seq. Many rows come packed into one
// record, which the driver reads several times as fast (measured).

// name: touched_seqs
// mode: read
// params: namespace, since, top_k
// (label, seqs of its first nodes touched after $since): as many as $top_k of each label.
CALL () {
  MATCH (n:Interaction) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Interaction' AS label, collect(seq) AS seqs
  UNION ALL
  MATCH (n:Fact) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Fact' AS label, collect(seq) AS seqs
  UNION ALL
  MATCH (n:Entity) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Entity' AS label, collect(seq) AS seqs
  UNION ALL
  MATCH (n:Ruling) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Ruling' AS label, collect(seq) AS seqs
  UNION ALL
  MATCH (n:Learnt) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Learnt' AS label, collect(seq) AS seqs
  UNION ALL
  MATCH (n:Tombstone) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Tombstone' AS label, collect(seq) AS seqs
}
RETURN label, seqs ORDER BY label

// name: touched_turn_seqs
// mode: read
// params: namespace, since, top_k
// As touched_seqs, for pages without facts, entities and rulings: those are most of the log, and would cut it short.
CALL () {
  MATCH (n:Interaction) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Interaction' AS label, collect(seq) AS seqs
  UNION ALL
  MATCH (n:Learnt) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Learnt' AS label, collect(seq) AS seqs
  UNION ALL
  MATCH (n:Tombstone) WHERE n.namespace = $namespace AND n.seq > $since
  WITH n.seq AS seq ORDER BY n.namespace, n.seq LIMIT $top_k RETURN 'Tombstone' AS label, collect(seq) AS seqs
}
RETURN label, seqs ORDER BY label

// name: touched_interactions
// mode: read
// params: namespace, since, upto, pack, top_k
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.seq > $since AND i.seq <= $upto
WITH i ORDER BY i.seq, i.arrival LIMIT $top_k
WITH [i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: touched_vectors
// mode: read
// params: namespace, since, upto, pack, top_k
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.seq > $since AND i.seq <= $upto AND i.vector_f32 IS NOT NULL
WITH i ORDER BY i.seq, i.arrival LIMIT $top_k
WITH [i.id, i.vector_f32, i.sentences_f32] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: touched_mentions
// mode: read
// params: namespace, since, upto, pack, top_k
MATCH (i:Interaction)-[m:MENTIONS]->(e:Entity) WHERE i.namespace = $namespace AND i.seq > $since AND i.seq <= $upto
WITH i, m, e ORDER BY i.seq, i.arrival, e.id LIMIT $top_k
WITH [i.id, e.id, m.count, m.about, m.weight, m.source, m.kind] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: touched_entities
// mode: read
// params: namespace, since, upto, pack, top_k
MATCH (e:Entity) WHERE e.namespace = $namespace AND e.seq > $since AND e.seq <= $upto
WITH e ORDER BY e.seq, e.id LIMIT $top_k
WITH [e.id, e.id, e.name, e.kind, coalesce(e.base, e.kind), e.told, e.votes,
       e.created_at.epochMillis * 1000 + e.created_at.microsecond % 1000,
       COUNT { (e)<-[:MENTIONS]-() },
       COUNT { (e)<-[:SUBJECT]-() } + COUNT { (e)<-[:OBJECT]-(f:Fact) WHERE f.subject_id <> e.id },
       COLLECT { MATCH (e)-[y:SYNONYM_OF {method: 'merged'}]->(b:Entity) RETURN b.id ORDER BY b.id LIMIT 1 }, e.aliases] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: touched_facts
// mode: read
// params: namespace, since, upto, pack, top_k
MATCH (s:Entity)<-[:SUBJECT]-(f:Fact)-[:OBJECT]->(o:Entity) WHERE f.namespace = $namespace AND f.seq > $since AND f.seq <= $upto
WITH f, s, o ORDER BY f.seq, f.id LIMIT $top_k
WITH [f.id, f.id, s.name, f.predicate, o.name, f.valid_at.epochMillis * 1000 + f.valid_at.microsecond % 1000,
       f.invalid_at.epochMillis * 1000 + f.invalid_at.microsecond % 1000, f.negated, f.modality, f.text, s.id, o.id,
       f.confidence, f.at.epochMillis * 1000 + f.at.microsecond % 1000,
       f.created_at.epochMillis * 1000 + f.created_at.microsecond % 1000,
       f.expired_at.epochMillis * 1000 + f.expired_at.microsecond % 1000, f.extractor,
       f.closed_at.epochMillis * 1000 + f.closed_at.microsecond % 1000] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: touched_assertions
// mode: read
// params: namespace, since, upto, pack, top_k
// (fact, fact, interaction), each fact's by (instant, id), undated ones first.
MATCH (f:Fact)<-[:ASSERTS]-(i:Interaction) WHERE f.namespace = $namespace AND f.seq > $since AND f.seq <= $upto
WITH f, i ORDER BY f.seq, f.id, coalesce(i.at, datetime('-0001-01-01')), i.id LIMIT $top_k
WITH [f.id, f.id, i.id] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: touched_synonyms
// mode: read
// params: namespace, since, upto, pack, top_k
// Every link of the entities touched, whichever end they are. Told to, a server begins at these entities also where it
// once found few links in the whole database, and would read those of all namespaces.
MATCH (e:Entity)-[y:SYNONYM_OF]-(:Entity) USING INDEX e:Entity(namespace, seq) WHERE e.namespace = $namespace AND e.seq > $since AND e.seq <= $upto
WITH DISTINCT y, startNode(y) AS a, endNode(y) AS b ORDER BY a.id, b.id, y.method LIMIT $top_k
WITH [a.id, b.id, y.score, y.method] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: tombstones
// mode: read
// params: namespace, since, upto, pack, top_k
MATCH (t:Tombstone) WHERE t.namespace = $namespace AND t.seq > $since AND t.seq <= $upto
WITH t ORDER BY t.seq, t.label, t.node LIMIT $top_k
WITH [t.label, t.node] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: remove_tombstones
// mode: write
// params: namespace, ids
// What is told again after it was forgotten lives again.
UNWIND $ids AS id MATCH (t:Tombstone {namespace: $namespace, id: id}) DELETE t

// name: add_tombstones
// mode: write
// params: namespace, seq, label, rows
UNWIND $rows AS row
MERGE (t:Tombstone {namespace: $namespace, id: row.id})
SET t.seq = $seq, t.label = $label, t.node = row.node, t.name = $label
