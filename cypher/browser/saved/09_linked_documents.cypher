// How documents hang together
// Documents about something, and the other documents that mention it. Takes $namespace.
MATCH (i:Interaction)-[about:MENTIONS {about: true}]->(e:Entity)<-[mention:MENTIONS]-(other:Interaction)
WHERE i.namespace = $namespace AND i.kind = 'passage' AND other.kind = 'passage' AND other <> i
RETURN i, about, e, mention, other ORDER BY i.place, e.id, other.place LIMIT 60
