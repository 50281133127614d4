// Which lesson led to which
// Insights that were used where another was learnt, and the task through which. Takes $namespace.
MATCH (a:Insight)-[x:CONTEXTUALISES]->(b:Insight) WHERE a.namespace = $namespace
OPTIONAL MATCH (q:Query {namespace: $namespace, id: x.key})
RETURN a, x, b, q ORDER BY a.id, b.id LIMIT 40
