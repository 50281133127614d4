// What held when
// Facts whose beginning or end is known, the latest first. Takes $namespace.
MATCH (s:Entity)<-[:SUBJECT]-(f:Fact)-[:OBJECT]->(o:Entity)
// Written f['...'], a property that no fact has yet is no warning.
WHERE f.namespace = $namespace AND (f['valid_at'] IS NOT NULL OR f['invalid_at'] IS NOT NULL)
RETURN s.name AS subject, f.predicate AS predicate, o.name AS object, f['valid_at'] AS since, f['invalid_at'] AS until,
       f['expired_at'] IS NULL AS current
ORDER BY since DESC, until DESC, f.id LIMIT 100
