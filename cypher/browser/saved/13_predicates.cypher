// Which predicates there are
// Predicates with how many facts they have, and one of them. Takes $namespace.
MATCH (f:Fact) WHERE f.namespace = $namespace
WITH f ORDER BY f.moment DESC, f.id
RETURN f.predicate AS predicate, count(*) AS facts, head(collect(f.text)) AS `for example`
ORDER BY facts DESC, predicate LIMIT 100
