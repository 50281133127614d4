// From an interaction to its neighbour in the session
MATCH (start:Interaction {namespace: $namespace, id: $start})
MATCH (hit:Interaction {namespace: $namespace, id: $hit})
OPTIONAL MATCH path = shortestPath((start)-[:NEXT*..20]-(hit))
RETURN start, hit, path, COLLECT { MATCH mention = (hit)-[:MENTIONS]->(:Entity) RETURN mention LIMIT 40 } AS mentions
