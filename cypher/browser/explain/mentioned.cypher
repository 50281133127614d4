// From an interaction to the entity that it mentions, with the entity's facts
MATCH (start:Interaction {namespace: $namespace, id: $start})
MATCH (hit:Entity {namespace: $namespace, id: $hit})
OPTIONAL MATCH path = (start)-[:MENTIONS]->(hit)
RETURN start, hit, path, COLLECT { MATCH fact = (hit)-[a]-(:Entity) WHERE a.fact IS NOT NULL RETURN fact LIMIT 30 } AS facts
