// Latest interactions
// The last twenty that were told, in their order, and whom and what they mention. Takes $namespace.
MATCH (i:Interaction) WHERE i.namespace = $namespace
WITH i ORDER BY i.place DESC LIMIT 20
OPTIONAL MATCH (i)-[next:NEXT]->(n:Interaction)
OPTIONAL MATCH (i)-[mentions:MENTIONS]->(e:Entity)
RETURN i, next, n, mentions, e
