// Which names may be one
// Synonym links between entities; `merged` ones were confirmed by somebody. Takes $namespace.
MATCH p = (a:Entity)-[s:SYNONYM_OF]->(:Entity) WHERE a.namespace = $namespace
RETURN p ORDER BY s.score DESC, a.id LIMIT 50
