// What was believed on a day
// Facts that were known and held at the instant $day ('2026-03-01T00:00:00Z'; now where it is empty). Takes $namespace and
// $day.
WITH CASE $day WHEN '' THEN datetime() ELSE datetime($day) END AS day
MATCH (s:Entity)<-[:SUBJECT]-(f:Fact)-[:OBJECT]->(o:Entity) WHERE f.namespace = $namespace
WITH day, s, o, f, properties(f) AS p
WHERE p.created_at <= day AND coalesce(p.valid_at <= day, true) AND coalesce(p.invalid_at > day, true)
// type() and properties(): that nothing was ruled yet is no reason for a warning.
OPTIONAL MATCH (r)-[x]->(f) WHERE type(x) = 'RULES_ON'
WITH day, s, o, f, p, collect(properties(r)) AS rulings
WHERE none(r IN rulings WHERE r.kind IN ['update', 'correction', 'negation', 'retraction'] AND r.created_at <= day
           AND coalesce(r.expired_at > day, true) AND coalesce(r.at <= day, true) AND coalesce(r.until > day, true))
RETURN s.name AS subject, f.predicate AS predicate, o.name AS object, f.negated AS denied, p.valid_at AS since,
       p.created_at AS known_since
ORDER BY known_since DESC, f.id LIMIT 100
