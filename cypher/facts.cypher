// name: facts_by_id
// mode: read
// params: namespace, ids, predicates, expired, top_k
// The last said first, undated ones at the end.
UNWIND $ids AS id
MATCH (f:Fact {namespace: $namespace, id: id})
WHERE ($predicates IS NULL OR f.predicate IN $predicates) AND ($expired OR f.expired_at IS NULL)
WITH f ORDER BY f.moment DESC, f.id LIMIT $top_k
MATCH (f)-[:SUBJECT]->(s:Entity) MATCH (f)-[:OBJECT]->(o:Entity)
RETURN f.id AS key, f.id, s.name, f.predicate, o.name, f.valid_at.epochMillis * 1000 + f.valid_at.microsecond % 1000,
       f.invalid_at.epochMillis * 1000 + f.invalid_at.microsecond % 1000, f.negated, f.modality, f.text, s.id, o.id,
       f.confidence, f.at.epochMillis * 1000 + f.at.microsecond % 1000,
       f.created_at.epochMillis * 1000 + f.created_at.microsecond % 1000,
       f.expired_at.epochMillis * 1000 + f.expired_at.microsecond % 1000, f.extractor,
       f.closed_at.epochMillis * 1000 + f.closed_at.microsecond % 1000
ORDER BY f.moment DESC, f.id

// name: facts_of_namespace
// mode: read
// params: namespace, predicates, expired, top_k
MATCH (f:Fact)
WHERE f.namespace = $namespace AND f.moment IS NOT NULL AND ($predicates IS NULL OR f.predicate IN $predicates)
      AND ($expired OR f.expired_at IS NULL)
WITH f ORDER BY f.namespace DESC, f.moment DESC, f.id LIMIT $top_k
MATCH (f)-[:SUBJECT]->(s:Entity) MATCH (f)-[:OBJECT]->(o:Entity)
RETURN f.id AS key, f.id, s.name, f.predicate, o.name, f.valid_at.epochMillis * 1000 + f.valid_at.microsecond % 1000,
       f.invalid_at.epochMillis * 1000 + f.invalid_at.microsecond % 1000, f.negated, f.modality, f.text, s.id, o.id,
       f.confidence, f.at.epochMillis * 1000 + f.at.microsecond % 1000,
       f.created_at.epochMillis * 1000 + f.created_at.microsecond % 1000,
       f.expired_at.epochMillis * 1000 + f.expired_at.microsecond % 1000, f.extractor,
       f.closed_at.epochMillis * 1000 + f.closed_at.microsecond % 1000
ORDER BY f.moment DESC, f.id

// name: fact_ids_known
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id}) RETURN f.id ORDER BY f.id LIMIT $top_k

// name: fact_ids_about
// mode: read
// params: namespace, entities, top_k
UNWIND $entities AS id
MATCH (e:Entity {namespace: $namespace, id: id})<-[:SUBJECT|OBJECT]-(f:Fact)
RETURN DISTINCT f.id AS id ORDER BY id LIMIT $top_k

// name: fact_ids_asserted_by
// mode: read
// params: namespace, interactions, top_k
UNWIND $interactions AS id
MATCH (i:Interaction {namespace: $namespace, id: id})-[:ASSERTS]->(f:Fact)
RETURN DISTINCT f.id AS id ORDER BY id LIMIT $top_k

// name: fact_ids_of_subjects
// mode: read
// params: namespace, subjects, objects, top_k
UNWIND $subjects AS id
MATCH (f:Fact)
WHERE f.namespace = $namespace AND f.subject_id = id AND f.predicate IS NOT NULL
      AND ($objects IS NULL OR f.object_id IN $objects)
RETURN DISTINCT f.id AS id ORDER BY id LIMIT $top_k

// name: fact_ids_of_slots
// mode: read
// params: namespace, subjects, objects, predicates, top_k
// By an index of slots: somebody who tells of himself is the subject of most facts, and a write asks for a few of them.
// Documents tell a little each of many subjects, and of what has fewer facts than there are predicates all are looked
// through: subjects times predicates would be a hundred thousand looks for a page of them.
UNWIND $subjects AS id
WITH id, COUNT {
  MATCH (f:Fact) WHERE f.namespace = $namespace AND f.subject_id = id AND f.predicate IS NOT NULL
  RETURN f LIMIT size($predicates)
} < size($predicates) AS few
CALL (id, few) {
  UNWIND CASE WHEN few THEN [id] ELSE [] END AS subject
  // toString(): a plain property would be looked for in the index, once for each predicate.
  MATCH (f:Fact) WHERE f.namespace = $namespace AND f.subject_id = subject AND f.predicate IS NOT NULL
        AND toString(f.predicate) IN $predicates AND ($objects IS NULL OR f.object_id IN $objects)
  RETURN f
  UNION ALL
  UNWIND CASE WHEN few THEN [] ELSE $predicates END AS predicate
  MATCH (f:Fact) WHERE f.namespace = $namespace AND f.subject_id = id AND f.predicate = predicate
        AND ($objects IS NULL OR f.object_id IN $objects)
  RETURN f
}
RETURN DISTINCT f.id AS id ORDER BY id LIMIT $top_k

// name: sayings_of
// mode: read
// params: namespace, ids, top_k
// (interaction, fact, instant), each fact's by (instant, interaction), undated ones first.
UNWIND $ids AS id
MATCH (f:Fact {namespace: $namespace, id: id})<-[:ASSERTS]-(i:Interaction)
RETURN i.id, f.id, i.at.epochMillis * 1000 + i.at.microsecond % 1000
ORDER BY f.id, coalesce(i.at, datetime('-0001-01-01')), i.id LIMIT $top_k

// name: assertions_of
// mode: read
// params: namespace, ids, top_k
// (fact, fact, interaction), each fact's by (instant, id), undated ones first.
UNWIND $ids AS id
MATCH (f:Fact {namespace: $namespace, id: id})<-[:ASSERTS]-(i:Interaction)
RETURN f.id AS key, f.id, i.id ORDER BY f.id, coalesce(i.at, datetime('-0001-01-01')), i.id LIMIT $top_k

// name: add_facts
// mode: write
// params: namespace, nskey, seq, rows
UNWIND $rows AS row
MATCH (s:Entity {namespace: $namespace, id: row.subject})
MATCH (o:Entity {namespace: $namespace, id: row.object})
MERGE (f:Fact {namespace: $namespace, id: row.id})
SET f.nskey = $nskey, f.seq = $seq, f.name = row.name, f.subject_id = row.subject, f.predicate = row.predicate,
    f.object_id = row.object, f.valid_at = row.valid_at, f.invalid_at = row.invalid_at, f.negated = row.negated,
    f.modality = row.modality, f.text = row.text, f.confidence = row.confidence, f.moment = row.moment, f.at = row.at,
    f.created_at = row.created_at, f.expired_at = row.expired_at, f.extractor = row.extractor, f.family = row.family
MERGE (f)-[:SUBJECT]->(s)
MERGE (f)-[:OBJECT]->(o)

// name: update_facts
// mode: write
// params: namespace, seq, rows
UNWIND $rows AS row
MATCH (f:Fact {namespace: $namespace, id: row.id})
SET f.seq = $seq, f.name = row.name, f.text = row.text, f.confidence = row.confidence, f.moment = row.moment,
    f.at = row.at, f.created_at = row.created_at, f.expired_at = row.expired_at, f.extractor = row.extractor,
    f.family = row.family

// name: add_assertions
// mode: write
// params: namespace, rows
UNWIND $rows AS row
MATCH (i:Interaction {namespace: $namespace, id: row.interaction})
MATCH (f:Fact {namespace: $namespace, id: row.fact})
MERGE (i)-[:ASSERTS]->(f)

// name: add_arrows
// mode: write
// params: namespace, rows
// One arrow per current, plain fact that has none yet: MERGE by a type from data reads all relationships of the type.
// The types come from predicates under a whitelist grammar.
UNWIND $rows AS row
MATCH (s:Entity {namespace: $namespace, id: row.subject})
MATCH (o:Entity {namespace: $namespace, id: row.object})
CREATE (s)-[a:$(row.type) {fact: row.fact, predicate: row.predicate, since: row.since}]->(o)

// name: delete_arrows
// mode: write
// params: namespace, ids
UNWIND $ids AS id
MATCH (s:Entity)<-[:SUBJECT]-(f:Fact {namespace: $namespace, id: id})-[:OBJECT]->(o:Entity)
MATCH (s)-[a]->(o) WHERE a.fact = f.id
DELETE a

// name: delete_some_arrows
// mode: write
// params: namespace, count
MATCH (s:Entity)-[a]->(:Entity) WHERE s.namespace = $namespace AND s.id IS NOT NULL AND a.fact IS NOT NULL
WITH a LIMIT $count
DELETE a RETURN count(*)

// name: current_facts
// mode: read
// params: namespace, after, top_k
// (id, subject, predicate, object, valid_at) of the facts that nothing supersedes and that are plain, by id.
MATCH (f:Fact)
WHERE f.namespace = $namespace AND f.id > $after AND f.expired_at IS NULL AND NOT f.negated AND f.modality IS NULL
WITH f ORDER BY f.namespace, f.id LIMIT $top_k
RETURN f.id, f.subject_id, f.predicate, f.object_id, f.valid_at.epochMillis * 1000 + f.valid_at.microsecond % 1000
ORDER BY f.id
