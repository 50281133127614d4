// Found by its own words: the hit and what it mentions
MATCH (hit:Interaction {namespace: $namespace, id: $hit})
OPTIONAL MATCH mentions = (hit)-[:MENTIONS]->(:Entity)
RETURN hit, mentions LIMIT 60
