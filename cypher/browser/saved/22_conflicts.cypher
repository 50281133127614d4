// Conflicts
// Facts that cannot both be true, and of which nothing tells the later. Takes $namespace.
MATCH (a:Fact)-[x]->(b:Fact) WHERE a.namespace = $namespace AND b.namespace = $namespace AND type(x) = 'CONFLICTS_WITH'
WITH a, b, properties(x) AS e
RETURN a.text AS one, b.text AS other, e.at AS since, e.until AS until, e.reason AS why
ORDER BY since DESC, a.id, b.id LIMIT 100
