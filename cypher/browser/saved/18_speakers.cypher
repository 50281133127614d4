// Who speaks
// Speakers with their interactions, sessions and facts asserted. Takes $namespace.
MATCH (i:Interaction) WHERE i.namespace = $namespace
RETURN coalesce(i.speaker, 'documents') AS speaker, count(*) AS interactions, count(DISTINCT i.session) AS sessions,
       sum(COUNT { (i)-[:ASSERTS]->() }) AS facts, min(i.at) AS first, max(i.at) AS last
ORDER BY interactions DESC, speaker LIMIT 100
