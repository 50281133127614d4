// What held when
// Facts whose beginning or end is known, the latest first. Takes $namespace.
MATCH (s:Entity)<-[:SUBJECT]-(f:Fact)-[:OBJECT]->(o:Entity) WHERE f.namespace = $namespace
// properties(): that no fact has ended yet is no reason for a warning.
WITH s, o, f, properties(f) AS p
WHERE p.valid_at IS NOT NULL OR p.invalid_at IS NOT NULL
RETURN s.name AS subject, f.predicate AS predicate, o.name AS object, p.valid_at AS since, p.invalid_at AS until,
       p.expired_at IS NULL AS current
ORDER BY since DESC, until DESC, f.id LIMIT 100
