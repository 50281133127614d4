// What $name and $other have in common
// Entities that both are mentioned with, those heard of least first. Takes $namespace, $name, $other.
MATCH (a:Entity) WHERE a.namespace = $namespace
  AND toLower($name) IN [n IN a.aliases + a.name + a.name_key | toLower(n)]
MATCH (b:Entity) WHERE b.namespace = $namespace
  AND toLower($other) IN [n IN b.aliases + b.name + b.name_key | toLower(n)] AND b <> a
MATCH (a)<-[:MENTIONS]-(:Interaction)-[:MENTIONS]->(e:Entity) WHERE e <> b
MATCH (e)<-[:MENTIONS]-(:Interaction)-[:MENTIONS]->(b) WHERE e <> a
WITH DISTINCT a, b, e, COUNT { (e)<-[:MENTIONS]-() } AS heard ORDER BY heard, e.id LIMIT 12
MATCH first = (a)<-[:MENTIONS]-(:Interaction)-[:MENTIONS]->(e)
WITH b, e, heard, head(collect(first)) AS first
MATCH second = (e)<-[:MENTIONS]-(:Interaction)-[:MENTIONS]->(b)
RETURN first, head(collect(second)) AS second
