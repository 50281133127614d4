// Nearest vectors by the procedure, which knows no filter: 5.26 and 2025. The caller asks for more until there are enough.

// name: make_vector_index
// mode: write
// params: dimension
// Not quantised: of the best ten, a quantised index misses up to three.
CREATE VECTOR INDEX graphmem_interaction_vectors IF NOT EXISTS FOR (n:Interaction) ON (n.embedding)
OPTIONS {indexConfig: {
  `vector.dimensions`: $dimension, `vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false
}}

// name: search_vectors
// mode: read
// params: namespace, vector, fetch, kinds, roles, in_sessions, after, before, top_k
// The id of each of the nearest interactions, nearest first; null where it is another namespace's or passes no filter.
CALL db.index.vector.queryNodes('graphmem_interaction_vectors', $fetch, $vector) YIELD node AS i, score
RETURN CASE WHEN i.namespace = $namespace AND ($kinds IS NULL OR i.kind IN $kinds)
                 AND ($roles IS NULL OR i.role IN $roles) AND ($in_sessions IS NULL OR i.session IN $in_sessions)
                 AND i.place > $after AND i.place < $before THEN i.id END AS id
ORDER BY score DESC, id LIMIT $top_k
