// What was denied, planned or wished
// Facts that are no plain statements, and so have no arrow. Takes $namespace.
MATCH (f:Fact) WHERE f.namespace = $namespace AND (f.negated OR f.modality IS NOT NULL)
OPTIONAL MATCH (i:Interaction)-[:ASSERTS]->(f)
RETURN CASE WHEN f.negated THEN 'denied' ELSE f.modality END AS how, f.text AS fact, i.speaker AS who, i.at AS at,
       i.text AS verbatim
ORDER BY how, at DESC, f.id LIMIT 100
