// From an entity that the question names to the hit
MATCH (e:Entity {namespace: $namespace, id: $entity})
MATCH (hit:Interaction {namespace: $namespace, id: $hit})
OPTIONAL MATCH path = (e)<-[:MENTIONS]-(hit)
RETURN e, hit, path,
       COLLECT { MATCH fact = (hit)-[:ASSERTS]->(:Fact)-[:SUBJECT|OBJECT]->(:Entity) RETURN fact LIMIT 40 } AS facts
