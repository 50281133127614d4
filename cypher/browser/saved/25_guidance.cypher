// What guidance rests on
// Insights with their credit, and how many tasks speak for and against each. Takes $namespace.
MATCH (i:Insight) WHERE i.namespace = $namespace
OPTIONAL MATCH (i)-[s:SUPPORTED_BY]->(support)
WITH i, properties(i) AS p, collect({polarity: s.polarity, name: support.name}) AS supports
RETURN p.text AS insight, p.score AS credit, p.origin AS origin, p.expired_at IS NULL AS current,
       size([s IN supports WHERE s.polarity > 0]) AS `for`, size([s IN supports WHERE s.polarity < 0]) AS against,
       [s IN supports WHERE s.name IS NOT NULL | s.name][..3] AS `for example`
ORDER BY current DESC, credit DESC, i.id LIMIT 100
