// What the contract suite reads behind the store's back, and how it empties a database between tests.

// name: count_session
// mode: admin
// params: namespace
MATCH (n:Session {namespace: $namespace}) RETURN count(n)

// name: count_interaction
// mode: admin
// params: namespace
MATCH (n:Interaction {namespace: $namespace}) RETURN count(n)

// name: count_entity
// mode: admin
// params: namespace
MATCH (n:Entity {namespace: $namespace}) RETURN count(n)

// name: count_fact
// mode: admin
// params: namespace
MATCH (n:Fact {namespace: $namespace}) RETURN count(n)

// name: count_vector
// mode: admin
// params: namespace
MATCH (n:Interaction {namespace: $namespace}) RETURN count(n.vector_f32)

// name: count_mentions
// mode: admin
// params: namespace
MATCH (:Interaction {namespace: $namespace})-[r:MENTIONS]->(:Entity) RETURN count(r)

// name: count_asserts
// mode: admin
// params: namespace
MATCH (:Interaction {namespace: $namespace})-[r:ASSERTS]->(:Fact) RETURN count(r)

// name: count_synonym_of
// mode: admin
// params: namespace
MATCH (:Entity {namespace: $namespace})-[r:SYNONYM_OF]->(:Entity) RETURN count(r)

// name: count_ruling
// mode: admin
// params: namespace
MATCH (n:Ruling {namespace: $namespace}) RETURN count(n)

// name: count_node
// mode: admin
// params: namespace
MATCH (n:Learnt {namespace: $namespace}) RETURN count(n)

// name: count_link
// mode: admin
// params: namespace
MATCH ()-[r {namespace: $namespace}]->() WHERE r.key IS NOT NULL RETURN count(r)

// name: raw_text
// mode: admin
// params: namespace, id
MATCH (n:Interaction {namespace: $namespace, id: $id}) RETURN n.text

// name: namespaces
// mode: admin
// params:
MATCH (n:Namespace) WHERE n.origin IS NOT NULL RETURN n.namespace

// name: torn
// mode: admin
// params:
// Nodes that lack what they stand on: halves of a broken write.
RETURN COUNT { MATCH (f:Fact) WHERE f.namespace IS NOT NULL
               AND (COUNT { (f)-[:SUBJECT]->(:Entity) } <> 1 OR COUNT { (f)-[:OBJECT]->(:Entity) } <> 1) }
       + COUNT { MATCH (i:Interaction) WHERE i.namespace IS NOT NULL
                 AND COUNT { (i)<-[:HAS_INTERACTION]-(:Session) } <> 1 }
       + COUNT { MATCH (a:Alias) WHERE a.namespace IS NOT NULL AND COUNT { (a)-[:ALIAS_OF]->(:Entity) } <> 1 }
       + COUNT { MATCH (r:Ruling) WHERE r.namespace IS NOT NULL AND COUNT { (r)-[:RULES_ON]->(:Fact) } <> 1 }
       + COUNT { MATCH (s)-[l]->(t) WHERE l.namespace IS NOT NULL AND l.key IS NOT NULL
                 AND (s.namespace <> l.namespace OR t.namespace <> l.namespace) }
       + COUNT { MATCH (n:Session|Interaction|Entity|Fact|Ruling|Learnt) WHERE n.namespace IS NOT NULL
                 AND NOT EXISTS { MATCH (c:Namespace) WHERE c.namespace = n.namespace } }

// name: duplicates
// mode: admin
// params:
// Ids that are there more than once within a namespace.
MATCH (n:Session|Interaction|Entity|Fact|Ruling|Learnt) WHERE n.namespace IS NOT NULL
WITH labels(n) AS label, n.namespace AS namespace, n.id AS id, count(*) AS times
RETURN coalesce(sum(times - 1), 0)

// name: nodes_holding
// mode: admin
// params: text
MATCH (n)
WHERE any(k IN keys(n) WHERE toStringOrNull(n[k]) CONTAINS $text) OR any(a IN coalesce(n.aliases, []) WHERE a CONTAINS $text)
RETURN count(n)

// name: relationships_holding
// mode: admin
// params: text
MATCH ()-[r]->() WHERE type(r) CONTAINS $text OR any(k IN keys(r) WHERE toStringOrNull(r[k]) CONTAINS $text) RETURN count(r)

// name: wipe
// mode: write
// params:
// Everything but the record of migrations, in parts: a small server cannot undo it all at once.
MATCH (n) WHERE NOT n:Migration AND NOT n:Floor CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS

// name: lower_floor
// mode: write
// params:
MATCH (f:Floor) SET f.seq = 0
