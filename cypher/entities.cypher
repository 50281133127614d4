// name: entity_states
// mode: read
// params: namespace, ids, top_k
// (id, name, base, told, created_at, aliases, kind, votes, whether it is merged) of the entities that are there. One that
// was saved before there were votes has its kind apart from mentions in `kind`.
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})
RETURN e.id, e.name, coalesce(e.base, e.kind), coalesce(e.told, false),
       e.created_at.epochMillis * 1000 + e.created_at.microsecond % 1000, e.aliases, e.kind, e.votes,
       EXISTS { (e)-[:SYNONYM_OF {method: 'merged'}]-() }
ORDER BY e.id LIMIT $top_k

// name: put_entities
// mode: write
// params: namespace, nskey, seq, rows
UNWIND $rows AS row
MERGE (e:Entity {namespace: $namespace, id: row.id})
SET e.nskey = $nskey, e.seq = $seq, e.name = row.name, e.name_key = row.name_key, e.kind = row.kind, e.base = row.base,
    e.told = row.told, e.aliases = row.aliases, e.created_at = row.created_at

// name: put_kinds
// mode: write
// params: namespace, rows
// Kinds and votes of entities; a row has no seq where readers see no difference.
UNWIND $rows AS row
MATCH (e:Entity {namespace: $namespace, id: row.id})
SET e.base = coalesce(e.base, e.kind)
SET e.kind = row.elected, e.votes = row.votes, e.seq = coalesce(row.seq, e.seq)

// name: standings
// mode: read
// params: namespace, ids, top_k
// (id, kind, base, told, votes, whether it is merged) of entities.
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})
RETURN e.id, e.kind, coalesce(e.base, e.kind), coalesce(e.told, false), e.votes,
       EXISTS { (e)-[:SYNONYM_OF {method: 'merged'}]-() }
ORDER BY e.id LIMIT $top_k

// name: merged_with
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id
MATCH (:Entity {namespace: $namespace, id: id})-[y:SYNONYM_OF {method: 'merged'}]-(:Entity)
WITH DISTINCT y
RETURN startNode(y).id AS a, endNode(y).id AS b ORDER BY a, b LIMIT $top_k

// name: put_aliases
// mode: write
// params: namespace, rows
UNWIND $rows AS row
MATCH (e:Entity {namespace: $namespace, id: row.entity})
MERGE (a:Alias {namespace: $namespace, id: row.id}) ON CREATE SET a.name = row.name, a.name_key = row.name_key
MERGE (a)-[:ALIAS_OF]->(e)

// name: touch_entities
// mode: write
// params: namespace, ids, seq
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id}) SET e.seq = $seq

// name: entity_ids_by_name
// mode: read
// params: namespace, keys, top_k
UNWIND $keys AS key
CALL (key) {
  MATCH (e:Entity) WHERE e.namespace = $namespace AND e.name_key = key RETURN e
  UNION
  MATCH (a:Alias)-[:ALIAS_OF]->(e:Entity) WHERE a.namespace = $namespace AND a.name_key = key RETURN e
}
RETURN DISTINCT e.id AS id ORDER BY id LIMIT $top_k

// name: entity_ids_by_prefix
// mode: read
// params: namespace, prefix, top_k
CALL () {
  MATCH (e:Entity) WHERE e.namespace = $namespace AND e.name_key STARTS WITH $prefix RETURN e
  UNION
  MATCH (a:Alias)-[:ALIAS_OF]->(e:Entity) WHERE a.namespace = $namespace AND a.name_key STARTS WITH $prefix RETURN e
}
RETURN DISTINCT e.id AS id ORDER BY id LIMIT $top_k

// name: entity_ids_mentioned_by
// mode: read
// params: namespace, interactions, top_k
UNWIND $interactions AS id
MATCH (i:Interaction {namespace: $namespace, id: id})-[:MENTIONS]->(e:Entity)
RETURN DISTINCT e.id AS id ORDER BY id LIMIT $top_k

// name: entities_by_id
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})
WITH e, COUNT { (e)<-[:MENTIONS]-() } AS mentions ORDER BY mentions DESC, e.id LIMIT $top_k
RETURN e.id AS key, e.id, e.name, e.kind, coalesce(e.base, e.kind), e.told, e.votes,
       e.created_at.epochMillis * 1000 + e.created_at.microsecond % 1000, mentions,
       COUNT { (e)<-[:SUBJECT]-() } + COUNT { (e)<-[:OBJECT]-(f:Fact) WHERE f.subject_id <> e.id },
       COLLECT { MATCH (e)-[y:SYNONYM_OF {method: 'merged'}]->(b:Entity) RETURN b.id ORDER BY b.id LIMIT 1 }, e.aliases
ORDER BY mentions DESC, e.id

// name: entities_of_namespace
// mode: read
// params: namespace, top_k
MATCH (e:Entity) WHERE e.namespace = $namespace AND e.id IS NOT NULL
WITH e, COUNT { (e)<-[:MENTIONS]-() } AS mentions ORDER BY mentions DESC, e.id LIMIT $top_k
RETURN e.id AS key, e.id, e.name, e.kind, coalesce(e.base, e.kind), e.told, e.votes,
       e.created_at.epochMillis * 1000 + e.created_at.microsecond % 1000, mentions,
       COUNT { (e)<-[:SUBJECT]-() } + COUNT { (e)<-[:OBJECT]-(f:Fact) WHERE f.subject_id <> e.id },
       COLLECT { MATCH (e)-[y:SYNONYM_OF {method: 'merged'}]->(b:Entity) RETURN b.id ORDER BY b.id LIMIT 1 }, e.aliases
ORDER BY mentions DESC, e.id

// name: mentions_of
// mode: read
// params: namespace, interactions, top_k
UNWIND $interactions AS id
MATCH (i:Interaction {namespace: $namespace, id: id})-[m:MENTIONS]->(e:Entity)
RETURN i.id, e.id, m.count, m.about, m.weight, m.source, m.kind
ORDER BY i.id, e.id LIMIT $top_k

// name: put_mentions
// mode: write
// params: namespace, rows
// With what becomes of their entities where they vote: a row has votes and kind then, and a seq where readers see it.
UNWIND $rows AS row
MATCH (i:Interaction {namespace: $namespace, id: row.interaction})
MATCH (e:Entity {namespace: $namespace, id: row.entity})
MERGE (i)-[m:MENTIONS]->(e)
SET m.count = row.count, m.about = row.about, m.weight = row.weight, m.source = row.source, m.kind = row.kind
SET e.base = coalesce(e.base, e.kind)
SET e.kind = coalesce(row.elected, e.kind), e.votes = coalesce(row.votes, e.votes), e.seq = coalesce(row.seq, e.seq)

// name: synonyms_of_namespace
// mode: read
// params: namespace, top_k
MATCH (a:Entity)-[y:SYNONYM_OF]->(b:Entity) WHERE a.namespace = $namespace AND a.id IS NOT NULL
RETURN a.id, b.id, y.score, y.method ORDER BY a.id, b.id, y.method LIMIT $top_k

// name: synonyms_of
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id
MATCH (e:Entity {namespace: $namespace, id: id})-[y:SYNONYM_OF]-(:Entity) USING INDEX SEEK e:Entity(namespace, id)
WITH DISTINCT y, startNode(y) AS a, endNode(y) AS b
RETURN a.id, b.id, y.score, y.method ORDER BY a.id, b.id, y.method LIMIT $top_k

// name: put_synonyms
// mode: write
// params: namespace, rows
UNWIND $rows AS row
MATCH (a:Entity {namespace: $namespace, id: row.a})
MATCH (b:Entity {namespace: $namespace, id: row.b})
MERGE (a)-[y:SYNONYM_OF {method: row.method}]->(b) SET y.score = row.score

// name: delete_synonyms
// mode: write
// params: namespace, rows
UNWIND $rows AS row
MATCH (a:Entity {namespace: $namespace, id: row.a})
MATCH (b:Entity {namespace: $namespace, id: row.b})
MATCH (a)-[y:SYNONYM_OF {method: row.method}]->(b)
WITH y, row DELETE y
RETURN row.a, row.b, row.method
