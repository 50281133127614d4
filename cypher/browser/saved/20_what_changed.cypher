// What changed, and when
// Facts that began or that another took the place of, the latest change first. Takes $namespace.
MATCH (s:Entity)<-[:SUBJECT]-(f:Fact)-[:OBJECT]->(o:Entity) WHERE f.namespace = $namespace
// type() and properties(): that nothing was superseded yet is no reason for a warning.
OPTIONAL MATCH (n:Fact)-[x]->(f) WHERE type(x) = 'SUPERSEDES'
WITH s, o, f, n, properties(f) AS p, properties(x) AS e
WHERE p.valid_at IS NOT NULL OR n IS NOT NULL
RETURN s.name AS subject, f.predicate AS predicate, o.name AS object, p.valid_at AS since,
       coalesce(e.at, p.invalid_at) AS until, n.text AS replaced_by, e.reason AS why
ORDER BY coalesce(until, since) DESC, f.id LIMIT 100
