// Most connected
// The thirty entities that most interactions mention, with what is true between them. Takes $namespace.
MATCH (e:Entity) WHERE e.namespace = $namespace
WITH e, COUNT { (e)<-[:MENTIONS]-() } AS mentions ORDER BY mentions DESC, e.id LIMIT 30
WITH collect(e) AS most
UNWIND most AS e
OPTIONAL MATCH (e)-[a]->(o:Entity) WHERE a.fact IS NOT NULL AND o IN most
RETURN e, a, o
