// What the document $title is about
// A document's passages, its entities (those in its title are marked `about`), its facts. Takes $namespace, $title.
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.title = $title
WITH i ORDER BY i.place LIMIT 10
RETURN i, COLLECT { MATCH mentions = (i)-[:MENTIONS]->(:Entity) RETURN mentions LIMIT 40 } AS mentions,
       COLLECT { MATCH facts = (i)-[:ASSERTS]->(:Fact)-[:SUBJECT|OBJECT]->(:Entity) RETURN facts LIMIT 40 } AS facts
