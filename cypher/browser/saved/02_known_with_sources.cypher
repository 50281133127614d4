// What is known about $name, with sources
// Facts, the interactions that assert them, and the other ends. Takes $namespace, $name.
MATCH (e:Entity) WHERE e.namespace = $namespace
  AND toLower($name) IN [n IN e.aliases + e.name + e.name_key | toLower(n)]
MATCH (e)<-[:SUBJECT|OBJECT]-(f:Fact)
WITH DISTINCT f ORDER BY f.moment DESC, f.id LIMIT 15
MATCH subject = (f)-[:SUBJECT]->(:Entity)
MATCH object = (f)-[:OBJECT]->(:Entity)
OPTIONAL MATCH source = (f)<-[:ASSERTS]-(:Interaction)
RETURN subject, object, source
