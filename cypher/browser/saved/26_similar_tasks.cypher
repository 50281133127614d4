// Tasks that are alike
// Queries and the closed ones they are similar to, the most alike first. Takes $namespace.
MATCH p = (q:Query)-[s:SIMILAR_TO]->(:Query) WHERE q.namespace = $namespace
RETURN p ORDER BY s.score DESC, q.id LIMIT 40
