// Words, for people and for Neo4j Browser: all scoring of recalls happens in graphmem's own index. `nskey` is a digest of
// the namespace, one token that no analyser changes, so that a search can be confined: +nskey:k...0 +text:(river bank).

// name: words_of_interaction
// mode: write
// params:
CREATE FULLTEXT INDEX graphmem_interaction_words IF NOT EXISTS
FOR (n:Interaction) ON EACH [n.text, n.title, n.caption, n.nskey] OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}

// name: words_of_fact
// mode: write
// params:
CREATE FULLTEXT INDEX graphmem_fact_words IF NOT EXISTS
FOR (n:Fact) ON EACH [n.text, n.nskey] OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}

// name: words_of_entity
// mode: write
// params:
CREATE FULLTEXT INDEX graphmem_entity_words IF NOT EXISTS
FOR (n:Entity) ON EACH [n.name, n.aliases, n.nskey] OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}
