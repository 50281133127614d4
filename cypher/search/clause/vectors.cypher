// Nearest vectors where the server has the SEARCH clause, and its index a filter: 2026 and later.

// name: make_vector_index
// mode: write
// params: dimension
// Not quantised: of the best ten, a quantised index misses up to three, and on 2026.09 one in which vectors were deleted
// can fail with an index out of bounds.
CYPHER 25 CREATE VECTOR INDEX graphmem_interaction_vectors IF NOT EXISTS FOR (n:Interaction) ON n.embedding
WITH [n.namespace] OPTIONS {indexConfig: {
  `vector.dimensions`: $dimension, `vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false
}}

// name: search_vectors
// mode: read
// params: namespace, vector, fetch, kinds, roles, in_sessions, after, before, top_k
// The id of each of the nearest interactions of the namespace, nearest first; null where it passes no filter.
CYPHER 25 MATCH (i:Interaction)
SEARCH i IN (VECTOR INDEX graphmem_interaction_vectors FOR $vector WHERE i.namespace = $namespace LIMIT $fetch)
SCORE AS score
RETURN CASE WHEN i.namespace = $namespace AND ($kinds IS NULL OR i.kind IN $kinds)
                 AND ($roles IS NULL OR i.role IN $roles) AND ($in_sessions IS NULL OR i.session IN $in_sessions)
                 AND i.place > $after AND i.place < $before THEN i.id END AS id
ORDER BY score DESC, id LIMIT $top_k
