// Why was this recalled
// What ties an interaction to the rest: its entities, its facts, and what else mentions the rarest of those entities.
// Takes $namespace and $id, the id of a hit.
MATCH (hit:Interaction {namespace: $namespace, id: $id})
OPTIONAL MATCH asserts = (hit)-[:ASSERTS]->(:Fact)
WITH hit, collect(asserts) AS facts
MATCH mentions = (hit)-[:MENTIONS]->(e:Entity)
WITH hit, facts, mentions, e, COUNT { (e)<-[:MENTIONS]-() } AS heard ORDER BY heard, e.id LIMIT 8
OPTIONAL MATCH others = (e)<-[:MENTIONS]-(other:Interaction) WHERE other <> hit AND heard <= 12
RETURN hit, facts, mentions, others LIMIT 60
