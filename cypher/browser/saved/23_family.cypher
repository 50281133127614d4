// All about $family
// Facts whose predicates are of one family (work, residence, family, ...), as sentences. Takes $namespace, $family.
MATCH (f:Fact) WHERE f.namespace = $namespace AND f.family = $family
WITH f ORDER BY f.moment DESC, f.id LIMIT 30
MATCH subject = (f)-[:SUBJECT]->(:Entity)
MATCH object = (f)-[:OBJECT]->(:Entity)
RETURN subject, object
