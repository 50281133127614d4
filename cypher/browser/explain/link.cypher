// From one interaction over an entity to the hit
MATCH (start:Interaction {namespace: $namespace, id: $start})
MATCH (hit:Interaction {namespace: $namespace, id: $hit})
OPTIONAL MATCH (between:Entity {namespace: $namespace, id: $entity})
RETURN start, hit, between, COLLECT {
  MATCH path = (start)-[:MENTIONS]->(e:Entity)<-[:MENTIONS]-(hit) WHERE between IS NULL OR e = between
  RETURN path ORDER BY e.id LIMIT 5
} AS ways, COLLECT { MATCH fact = (hit)-[:ASSERTS]->(:Fact)-[:SUBJECT|OBJECT]->(:Entity) RETURN fact LIMIT 40 } AS facts
