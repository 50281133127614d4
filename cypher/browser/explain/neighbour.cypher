// From an interaction to its neighbour in the session
MATCH (start:Interaction {namespace: $namespace, id: $start})
MATCH (hit:Interaction {namespace: $namespace, id: $hit})
MATCH path = shortestPath((start)-[:NEXT*..20]-(hit))
OPTIONAL MATCH mentions = (hit)-[:MENTIONS]->(:Entity)
RETURN path, mentions LIMIT 60
