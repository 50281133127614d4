// Who is who
// Profiles: what was said of somebody again and again, with the facts it is made of. Takes $namespace.
MATCH whom = (p:Profile)-[:DESCRIBES]->(:Entity) WHERE p.namespace = $namespace
WITH p, whom ORDER BY p.id LIMIT 10
RETURN whom, COLLECT { MATCH fact = (p)-[:DERIVED_FROM]->(:Fact) RETURN fact LIMIT 8 } AS facts
