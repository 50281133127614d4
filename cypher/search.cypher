// Search on the server, for namespaces that are too large for an index in process: candidates by words, and what stands
// around them. Only what was found is ranked, by the same code as everywhere. Nearest vectors: cypher/search/.

// name: search_words
// mode: read
// params: namespace, asked, fetch, kinds, roles, in_sessions, after, before, top_k
// The id of each interaction that the words find, best first; null where it passes no filter, so that one sees how far
// the search went. $asked confines it to the namespace by its digest already.
CALL db.index.fulltext.queryNodes('graphmem_interaction_words', $asked, {limit: $fetch}) YIELD node AS i, score
RETURN CASE WHEN i.namespace = $namespace AND ($kinds IS NULL OR i.kind IN $kinds)
                 AND ($roles IS NULL OR i.role IN $roles) AND ($in_sessions IS NULL OR i.session IN $in_sessions)
                 AND i.place > $after AND i.place < $before THEN i.id END AS id
ORDER BY score DESC, id LIMIT $top_k

// name: search_entities
// mode: read
// params: namespace, ids, kinds, roles, in_sessions, after, before, busy, top_k
// Interactions that mention one of these entities, the latest first; entities that all the world mentions say nothing.
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})
WHERE COUNT { (e)<-[:MENTIONS]-() } <= $busy
MATCH (e)<-[:MENTIONS]-(i:Interaction)
WHERE ($kinds IS NULL OR i.kind IN $kinds) AND ($roles IS NULL OR i.role IN $roles)
      AND ($in_sessions IS NULL OR i.session IN $in_sessions) AND i.place > $after AND i.place < $before
WITH DISTINCT i.id AS id, i.place AS place
RETURN id ORDER BY place DESC LIMIT $top_k

// name: search_linked
// mode: read
// params: namespace, ids, kinds, roles, in_sessions, after, before, busy, top_k
// Interactions one link on from these: they share an entity; the rarer the entity, the nearer.
UNWIND $ids AS id MATCH (f:Interaction {namespace: $namespace, id: id})-[:MENTIONS]->(e:Entity)
WITH DISTINCT e, COUNT { (e)<-[:MENTIONS]-() } AS degree
WHERE degree > 1 AND degree <= $busy
MATCH (e)<-[:MENTIONS]-(i:Interaction)
WHERE ($kinds IS NULL OR i.kind IN $kinds) AND ($roles IS NULL OR i.role IN $roles)
      AND ($in_sessions IS NULL OR i.session IN $in_sessions) AND i.place > $after AND i.place < $before
WITH i.id AS id, sum(1.0 / degree) AS near
RETURN id ORDER BY near DESC, id LIMIT $top_k

// name: search_sessions
// mode: read
// params: namespace, kinds, roles, in_sessions, after, before, top_k
// The latest of a few sessions: where there are not many, all of them are looked at, whatever the words.
MATCH (i:Interaction) USING INDEX i:Interaction(namespace, session, place)
WHERE i.namespace = $namespace AND i.session IN $in_sessions AND i.place > $after AND i.place < $before
      AND ($kinds IS NULL OR i.kind IN $kinds) AND ($roles IS NULL OR i.role IN $roles)
RETURN i.id ORDER BY i.place DESC LIMIT $top_k

// name: search_span
// mode: read
// params: namespace, kinds, roles, after, before, top_k
// The latest of a span of time, likewise.
MATCH (i:Interaction)
WHERE i.namespace = $namespace AND i.place > $after AND i.place < $before
      AND ($kinds IS NULL OR i.kind IN $kinds) AND ($roles IS NULL OR i.role IN $roles)
RETURN i.id ORDER BY i.namespace DESC, i.place DESC LIMIT $top_k

// name: search_around
// mode: read
// params: namespace, ids, top_k
// What stands up to four places before or after these turns in their sessions: a turn is read with its neighbours.
UNWIND $ids AS id MATCH (f:Interaction {namespace: $namespace, id: id}) WHERE f.kind <> 'passage'
MATCH (f)-[:NEXT*1..4]-(i:Interaction)
RETURN DISTINCT i.id AS id ORDER BY id LIMIT $top_k

// name: vector_index
// mode: admin
// params:
// (label, properties, dimension, measure) of the vector index, if it is there.
SHOW VECTOR INDEXES YIELD name, labelsOrTypes, properties, options
WHERE name = 'graphmem_interaction_vectors'
RETURN labelsOrTypes[0] AS label, properties, options.indexConfig['vector.dimensions'] AS dimension,
       options.indexConfig['vector.similarity_function'] AS measure

// name: drop_vector_index
// mode: write
// params:
DROP INDEX graphmem_interaction_vectors IF EXISTS

// name: mark_searched
// mode: write
// params: namespace
// From here on every write of vectors keeps the index up; it also holds the namespace until the transaction ends.
MATCH (c:Namespace {namespace: $namespace}) SET c.searched = true

// name: mark_unsearched
// mode: write
// params: namespace
MATCH (c:Namespace {namespace: $namespace}) SET c.searched = NULL

// name: vectors_by_place
// mode: read
// params: namespace, after, top_k
// (id, place, vector, whether the index has it), a page by place.
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.place > $after
WITH i ORDER BY i.namespace, i.place LIMIT $top_k
RETURN i.id, i.place, i.vector_f32, i.embedding IS NOT NULL ORDER BY i.place

// name: put_embeddings
// mode: write
// params: namespace, rows
// What a vector index reads; scoring reads `vector_f32`, which a server hands out many times as fast (measured).
UNWIND $rows AS row MATCH (i:Interaction {namespace: $namespace, id: row.id})
CALL db.create.setNodeVectorProperty(i, 'embedding', row.vector)

// name: take_embeddings_away
// mode: write
// params: namespace, count
// For a vector index of another dimension: vectors of a wrong length would be left out of it without a word.
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.id IS NOT NULL AND i.embedding IS NOT NULL
WITH i LIMIT $count
SET i.embedding = NULL
RETURN count(i)
