// The fact, its two ends, and who asserted it
MATCH (hit:Fact {namespace: $namespace, id: $hit})
MATCH subject = (hit)-[:SUBJECT]->(:Entity)
MATCH object = (hit)-[:OBJECT]->(:Entity)
OPTIONAL MATCH source = (hit)<-[:ASSERTS]-(:Interaction)
RETURN subject, object, source LIMIT 60
