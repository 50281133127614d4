// All that $predicate
// Facts of one predicate, as sentences of nodes and arrows. Takes $namespace, $predicate.
MATCH (f:Fact) WHERE f.namespace = $namespace AND f.predicate = $predicate
WITH f ORDER BY f.moment DESC, f.id LIMIT 30
MATCH subject = (f)-[:SUBJECT]->(:Entity)
MATCH object = (f)-[:OBJECT]->(:Entity)
RETURN subject, object
