// How the last task went
// The latest query: its steps and what each followed from, what it leaned on, and the tasks like it. Takes $namespace.
MATCH (q:Query) WHERE q.namespace = $namespace
WITH q ORDER BY q.at DESC, q.id LIMIT 1
OPTIONAL MATCH steps = (q)-[:HAS_STEP]->(s:Interaction)
OPTIONAL MATCH follows = (s)-[:INSPIRED]->(:Interaction)
WITH q, collect(steps) AS steps, collect(follows) AS follows
OPTIONAL MATCH used = (q)-[:USED]->()
WITH q, steps, follows, collect(used) AS used
RETURN q, steps, follows, used, COLLECT { MATCH alike = (q)-[:SIMILAR_TO]-(:Query) RETURN alike LIMIT 5 } AS alike
