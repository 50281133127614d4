// The entity, its facts, and what mentions it
MATCH (hit:Entity {namespace: $namespace, id: $hit})
RETURN hit, COLLECT { MATCH fact = (hit)-[a]-(:Entity) WHERE a.fact IS NOT NULL RETURN fact LIMIT 30 } AS facts,
       COLLECT { MATCH mention = (hit)<-[:MENTIONS]-(:Interaction) RETURN mention LIMIT 15 } AS mentions
