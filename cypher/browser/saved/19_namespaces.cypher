// Whose memories there are
// Every namespace of this database with its counts. Takes nothing.
MATCH (c:Namespace) WHERE c.namespace IS NOT NULL AND c.origin IS NOT NULL
RETURN c.namespace AS namespace, c.created_at AS since, c.seq AS changes,
       COUNT { MATCH (s:Session) WHERE s.namespace = c.namespace } AS sessions,
       COUNT { MATCH (i:Interaction) WHERE i.namespace = c.namespace } AS interactions,
       COUNT { MATCH (e:Entity) WHERE e.namespace = c.namespace } AS entities,
       COUNT { MATCH (f:Fact) WHERE f.namespace = c.namespace } AS facts
ORDER BY namespace LIMIT 1000
