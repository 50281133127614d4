// What one recall reads: few statements that each tell much, because each is a round trip.

// name: settings_named
// mode: admin
// params: names
UNWIND $names AS name MATCH (s:Setting {namespace: '', id: name}) RETURN s.id, s.value

// name: names_called
// mode: read
// params: namespace, keys, top_k
// (name, aliases) of the entities that the keys name, and of those they are merged with.
CALL () {
  UNWIND $keys AS key
  CALL (key) {
    MATCH (e:Entity) WHERE e.namespace = $namespace AND e.name_key = key RETURN e
    UNION
    MATCH (a:Alias)-[:ALIAS_OF]->(e:Entity) WHERE a.namespace = $namespace AND a.name_key = key RETURN e
  }
  WITH DISTINCT e, COUNT { (e)<-[:MENTIONS]-() } AS mentions ORDER BY mentions DESC, e.id LIMIT $top_k
  RETURN collect(e) AS named
}
CALL (named) {
  UNWIND named AS e MATCH (e)-[:SYNONYM_OF {method: 'merged'}]-(o:Entity) WHERE NOT o IN named
  WITH DISTINCT o, COUNT { (o)<-[:MENTIONS]-() } AS mentions ORDER BY mentions DESC, o.id LIMIT $top_k
  RETURN collect(o) AS merged
}
UNWIND named + merged AS e RETURN e.name, e.aliases ORDER BY e.id

// name: shown_with
// mode: read
// params: namespace, ids, told, keys, ruled, undone, top_k
// Everything that is shown with hits: a record for each kind of rows, all of its rows in it.
UNWIND $told AS id MATCH (i:Interaction {namespace: $namespace, id: id})
WITH [i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
      i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
      i.unembedded IS NULL, i.extractor] AS row
RETURN 'interactions' AS what, collect(row) AS rows
UNION ALL
UNWIND $ids AS id MATCH (:Interaction {namespace: $namespace, id: id})-[:ASSERTS]->(f:Fact)
WITH DISTINCT f ORDER BY f.moment DESC, f.id LIMIT $top_k
MATCH (f)-[:SUBJECT]->(s:Entity) MATCH (f)-[:OBJECT]->(o:Entity)
WITH f, s, o ORDER BY f.moment DESC, f.id
WITH [[f.id, f.id, s.name, f.predicate, o.name, f.valid_at.epochMillis * 1000 + f.valid_at.microsecond % 1000,
       f.invalid_at.epochMillis * 1000 + f.invalid_at.microsecond % 1000, f.negated, f.modality, f.text, s.id, o.id,
       f.confidence, f.at.epochMillis * 1000 + f.at.microsecond % 1000,
       f.created_at.epochMillis * 1000 + f.created_at.microsecond % 1000,
       f.expired_at.epochMillis * 1000 + f.expired_at.microsecond % 1000, f.extractor,
       f.closed_at.epochMillis * 1000 + f.closed_at.microsecond % 1000],
      COLLECT { MATCH (f)<-[:ASSERTS]-(i:Interaction)
                RETURN i.id ORDER BY coalesce(i.at, datetime('-0001-01-01')), i.id }] AS row
RETURN 'facts' AS what, collect(row) AS rows
UNION ALL
UNWIND CASE WHEN $ruled THEN $ids ELSE [] END AS id
MATCH (:Interaction {namespace: $namespace, id: id})-[:ASSERTS]->(f:Fact)<-[:RULES_ON|RULES_FOR]-(r:Ruling)
WHERE $undone OR r.expired_at IS NULL
WITH DISTINCT r ORDER BY r.created_at, r.id
WITH [r.id, r.kind, r.older, r.newer, r.at.epochMillis * 1000 + r.at.microsecond % 1000,
      r.until.epochMillis * 1000 + r.until.microsecond % 1000, r.reason, r.decided_by, r.evidence,
      r.created_at.epochMillis * 1000 + r.created_at.microsecond % 1000,
      r.expired_at.epochMillis * 1000 + r.expired_at.microsecond % 1000] AS row
RETURN 'rulings' AS what, collect(row) AS rows
UNION ALL
UNWIND $ids AS id MATCH (:Interaction {namespace: $namespace, id: id})-[:MENTIONS]->(e:Entity)
WITH DISTINCT e ORDER BY e.id LIMIT $top_k
WITH [e.id, e.id, e.name, e.kind, coalesce(e.base, e.kind), e.told, e.votes,
      e.created_at.epochMillis * 1000 + e.created_at.microsecond % 1000, 0, 0,
      COLLECT { MATCH (e)-[y:SYNONYM_OF {method: 'merged'}]->(b:Entity) RETURN b.id ORDER BY b.id LIMIT 1 },
      e.aliases] AS row
RETURN 'entities' AS what, collect(row) AS rows
UNION ALL
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})-[:MENTIONS]->(e:Entity)
WITH i, e ORDER BY i.id, e.id
WITH i.id AS id, collect(e.id) AS mentioned
RETURN 'mentioned' AS what, collect([id, mentioned]) AS rows
UNION ALL
UNWIND $keys AS key
CALL (key) {
  MATCH (e:Entity) WHERE e.namespace = $namespace AND e.name_key = key RETURN e
  UNION
  MATCH (a:Alias)-[:ALIAS_OF]->(e:Entity) WHERE a.namespace = $namespace AND a.name_key = key RETURN e
}
WITH DISTINCT e, COUNT { (e)<-[:MENTIONS]-() } AS mentions ORDER BY mentions DESC, e.id LIMIT $top_k
WITH [e.id, e.id, e.name, e.kind, coalesce(e.base, e.kind), e.told, e.votes,
      e.created_at.epochMillis * 1000 + e.created_at.microsecond % 1000, mentions, 0,
      COLLECT { MATCH (e)-[y:SYNONYM_OF {method: 'merged'}]->(b:Entity) RETURN b.id ORDER BY b.id LIMIT 1 },
      e.aliases] AS row
RETURN 'called' AS what, collect(row) AS rows
