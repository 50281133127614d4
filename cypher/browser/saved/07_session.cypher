// The graph of session $session
// A session's interactions in their order, and whom and what they mention. Takes $namespace, $session.
MATCH (s:Session {namespace: $namespace, id: $session})-[has:HAS_INTERACTION]->(i:Interaction)
WITH s, has, i ORDER BY i.place LIMIT 25
OPTIONAL MATCH (i)-[next:NEXT]->(n:Interaction)
OPTIONAL MATCH (i)-[mentions:MENTIONS]->(e:Entity)
RETURN s, has, i, next, n, mentions, e
