// From lessons to the words
// The best credited insights, two tasks that each rests on, and the steps taken on those. Takes $namespace.
MATCH (i:Insight) WHERE i.namespace = $namespace
// properties(): that no lesson was retired yet is no reason for a warning.
WITH i, properties(i) AS p WHERE p.expired_at IS NULL
WITH i ORDER BY p.score DESC, i.id LIMIT 3
CALL (i) {
  OPTIONAL MATCH rests = (i)-[:SUPPORTED_BY]->(support)
  WITH rests, support ORDER BY support.at DESC, support.id LIMIT 2
  OPTIONAL MATCH steps = (support)-[:HAS_STEP]->(:Interaction)
  RETURN rests, steps
}
RETURN i, rests, steps LIMIT 60
