// Who and what belongs together
// The largest communities of entities, with a few of their members, and what they are part of. Takes $namespace.
MATCH (c:Community) WHERE c.namespace = $namespace
WITH c ORDER BY c.size DESC, c.id LIMIT 8
OPTIONAL MATCH up = (c)-[:PART_OF]->(:Community)
RETURN c, up, COLLECT { MATCH member = (:Entity)-[:IN_COMMUNITY]->(c) RETURN member LIMIT 8 } AS members
