// From one interaction over an entity to the hit
MATCH (start:Interaction {namespace: $namespace, id: $start})
MATCH (hit:Interaction {namespace: $namespace, id: $hit})
MATCH path = (start)-[:MENTIONS]->(e:Entity)<-[:MENTIONS]-(hit) WHERE $entity IN ['', e.id]
WITH path, hit ORDER BY e.id LIMIT 5
OPTIONAL MATCH asserts = (hit)-[:ASSERTS]->(:Fact)-[:SUBJECT|OBJECT]->(:Entity)
RETURN path, asserts LIMIT 60
