// What session $session was about
// The summaries of a session and of its parts, with the interactions they were made from. Takes $namespace, $session.
MATCH (s:Segment) WHERE s.namespace = $namespace AND s.session = $session
OPTIONAL MATCH part = (s)-[:PART_OF]->(:Segment)
OPTIONAL MATCH source = (s)-[:DERIVED_FROM]->(:Interaction)
RETURN s, part, source ORDER BY s.level, s.at, s.id LIMIT 60
