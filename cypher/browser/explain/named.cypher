// From an entity that the question names to the hit
MATCH (e:Entity {namespace: $namespace, id: $entity})
MATCH (hit:Interaction {namespace: $namespace, id: $hit})
MATCH path = (e)<-[:MENTIONS]-(hit)
OPTIONAL MATCH asserts = (hit)-[:ASSERTS]->(:Fact)-[:SUBJECT|OBJECT]->(:Entity)
RETURN path, asserts LIMIT 60
