// Integrity: each statement returns how many rows break the rule that its comment states.

// name: check_mentions_within
// mode: admin
// params:
// mentions lead from one namespace into another
MATCH (i:Interaction)-[:MENTIONS]->(e:Entity) WHERE i.namespace <> e.namespace RETURN count(*)

// name: check_facts_whole
// mode: admin
// params:
// facts have not exactly one subject and one object within their namespace
MATCH (f:Fact) WHERE f.namespace IS NOT NULL
      AND (COUNT { (f)-[:SUBJECT]->(e:Entity) WHERE e.namespace = f.namespace AND e.id = f.subject_id } <> 1
           OR COUNT { (f)-[:OBJECT]->(e:Entity) WHERE e.namespace = f.namespace AND e.id = f.object_id } <> 1)
RETURN count(*)

// name: check_assertions_within
// mode: admin
// params:
// assertions lead from one namespace into another
MATCH (i:Interaction)-[:ASSERTS]->(f:Fact) WHERE i.namespace <> f.namespace RETURN count(*)

// name: check_sessions_within
// mode: admin
// params:
// interactions are not in exactly one session, their own
MATCH (i:Interaction) WHERE i.namespace IS NOT NULL
      AND COUNT { (i)<-[:HAS_INTERACTION]-(s:Session) WHERE s.namespace = i.namespace AND s.id = i.session } <> 1
RETURN count(*)

// name: check_sessions_filled
// mode: admin
// params:
// sessions hold no interaction
MATCH (s:Session) WHERE s.namespace IS NOT NULL AND NOT EXISTS { (s)-[:HAS_INTERACTION]->() } RETURN count(*)

// name: check_sessions_chained
// mode: admin
// params:
// sessions whose interactions are not one chain by instant and arrival
MATCH (s:Session) WHERE s.namespace IS NOT NULL
      AND COUNT { (s)-[:HAS_INTERACTION]->(i:Interaction)-[:NEXT]->(n:Interaction)
                  WHERE n.session = i.session AND n.place > i.place }
          <> COUNT { (s)-[:HAS_INTERACTION]->() } - 1
RETURN count(*)

// name: check_fact_instants
// mode: admin
// params:
// facts are not dated by the earliest interaction that asserts them
MATCH (f:Fact) WHERE f.namespace IS NOT NULL
OPTIONAL MATCH (f)<-[:ASSERTS]-(i:Interaction)
WITH f, min(i.at) AS at
WHERE coalesce(f.at.epochMillis * 1000 + f.at.microsecond % 1000, -1) <> coalesce(at.epochMillis * 1000 + at.microsecond % 1000, -1)
RETURN count(*)

// name: check_embedded
// mode: admin
// params:
// interactions are marked as embedded without a vector, or the other way round
MATCH (i:Interaction) WHERE i.namespace IS NOT NULL AND (i.unembedded IS NULL) <> (i.vector_f32 IS NOT NULL)
RETURN count(*)

// name: check_seqs
// mode: admin
// params:
// rows are ahead of their namespace's change counter, or have none
MATCH (n:Interaction|Entity|Fact|Ruling|Learnt|Tombstone) WHERE n.namespace IS NOT NULL AND n.seq IS NOT NULL
OPTIONAL MATCH (c:Namespace {namespace: n.namespace})
WITH n, c WHERE c IS NULL OR n.seq > c.seq
RETURN count(*)

// name: check_arrivals
// mode: admin
// params:
// namespaces have counted fewer arrivals than they hold
MATCH (c:Namespace) WHERE c.namespace IS NOT NULL
      AND EXISTS { MATCH (i:Interaction) WHERE i.namespace = c.namespace AND i.arrival > c.arrivals }
RETURN count(*)

// name: check_tombstones
// mode: admin
// params:
// nodes that are there are recorded as forgotten
MATCH (t:Tombstone) WHERE t.namespace IS NOT NULL
      AND ((t.label = 'Interaction' AND EXISTS { MATCH (n:Interaction {namespace: t.namespace, id: t.node}) })
           OR (t.label = 'Entity' AND EXISTS { MATCH (n:Entity {namespace: t.namespace, id: t.node}) })
           OR (t.label = 'Fact' AND EXISTS { MATCH (n:Fact {namespace: t.namespace, id: t.node}) })
           OR (t.label = 'Ruling' AND EXISTS { MATCH (n:Ruling {namespace: t.namespace, id: t.node}) })
           OR EXISTS { MATCH (n:Learnt {namespace: t.namespace, id: t.node}) WHERE n.label = t.label })
RETURN count(*)

// name: check_arrows
// mode: admin
// params:
// arrows between entities are not those of current facts
MATCH (s:Entity)-[a]->(o:Entity) WHERE s.namespace IS NOT NULL AND a.fact IS NOT NULL
OPTIONAL MATCH (f:Fact {namespace: s.namespace, id: a.fact})
WITH s, o, f WHERE f IS NULL OR f.expired_at IS NOT NULL OR f.negated OR f.modality IS NOT NULL
                   OR f.subject_id <> s.id OR f.object_id <> o.id
RETURN count(*)

// name: check_votes
// mode: admin
// params:
// votes for the kinds of entities are not as many as their mentions cast
MATCH (e:Entity) WHERE e.namespace IS NOT NULL
WITH e, COLLECT { MATCH (e)<-[m:MENTIONS]-() WHERE m.kind IS NOT NULL
                  WITH m.kind AS kind, count(*) AS votes ORDER BY kind RETURN '"' + kind + '":' + votes } AS cast
WITH coalesce(e.votes, '{}') AS counted, '{' + reduce(text = '', vote IN cast | text + CASE text WHEN '' THEN '' ELSE ',' END + vote) + '}' AS cast
WHERE counted <> cast
RETURN count(*)

// name: check_facts_drawn
// mode: admin
// params:
// current, plain facts have no arrow
MATCH (s:Entity)<-[:SUBJECT]-(f:Fact)-[:OBJECT]->(o:Entity)
WHERE f.namespace IS NOT NULL AND f.expired_at IS NULL AND NOT f.negated AND f.modality IS NULL
      AND NOT EXISTS { MATCH (s)-[a]->(o) WHERE a.fact = f.id }
RETURN count(*)

// name: check_rulings_whole
// mode: admin
// params:
// rulings are not on the facts, or rest not on the interaction, of their namespace that they name
MATCH (r:Ruling) WHERE r.namespace IS NOT NULL
      AND (COUNT { (r)-[:RULES_ON]->(f:Fact) WHERE f.namespace = r.namespace AND f.id = r.older } <> 1
           OR (r.newer IS NOT NULL
               AND COUNT { (r)-[:RULES_FOR]->(f:Fact) WHERE f.namespace = r.namespace AND f.id = r.newer } <> 1)
           OR (r.evidence IS NOT NULL
               AND COUNT { (r)-[:EVIDENCE]->(i:Interaction) WHERE i.namespace = r.namespace AND i.id = r.evidence } <> 1))
RETURN count(*)

// name: check_facts_closed
// mode: admin
// params:
// facts do not end when the rulings on them say
MATCH (f:Fact)<-[:RULES_ON]-(r:Ruling) WHERE f.namespace IS NOT NULL
WITH f, [x IN collect(r) WHERE x.expired_at IS NULL AND x.until IS NULL
                               AND x.kind IN ['update', 'correction', 'negation', 'retraction']] AS closing
UNWIND CASE WHEN closing = [] THEN [NULL] ELSE closing END AS r
WITH f, size(closing) AS told, count(r.at) AS dated, min(r.at) AS at, min(r.created_at) AS created_at
WITH f, CASE WHEN told = dated THEN at END AS closed_at, created_at AS expired_at
WHERE (f.closed_at IS NULL) <> (closed_at IS NULL) OR (f.expired_at IS NULL) <> (expired_at IS NULL)
      OR f.closed_at <> closed_at OR f.expired_at <> expired_at
RETURN count(*)

// name: check_rulings_drawn
// mode: admin
// params:
// rulings between two facts that stand have no arrow, or others have one
MATCH (r:Ruling) WHERE r.namespace IS NOT NULL AND r.newer IS NOT NULL
      AND (r.expired_at IS NULL)
          <> EXISTS { (r)-[:RULES_ON]->(:Fact)<-[a:SUPERSEDES|CONFLICTS_WITH]-(n:Fact)
                      WHERE a.ruling = r.id AND n.id = r.newer
                            AND type(a) = CASE r.kind WHEN 'conflict' THEN 'CONFLICTS_WITH' ELSE 'SUPERSEDES' END }
RETURN count(*)

// name: check_links_within
// mode: admin
// params:
// links lead from one namespace into another, or from or to what has none
MATCH (n:Learnt|Interaction|Entity|Fact)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]-() WHERE l.namespace IS NOT NULL AND l.key IS NOT NULL
WITH DISTINCT l, startNode(l) AS s, endNode(l) AS t
WHERE coalesce(s.namespace <> l.namespace, true) OR coalesce(t.namespace <> l.namespace, true)
RETURN count(*)

// name: check_link_tombstones
// mode: admin
// params:
// links that are there are recorded as forgotten
MATCH (s:Learnt|Interaction|Entity|Fact)-[l:HAS_STEP|INSPIRED|SIMILAR_TO|SUB_QUERY_OF|SUPPORTED_BY|CONTEXTUALISES|USED|IN_COMMUNITY|PART_OF|DERIVED_FROM|DESCRIBES|RELATED_TO|SUPERSEDES|REVISES]->(o) WHERE l.namespace IS NOT NULL AND l.key IS NOT NULL
WITH l.namespace AS namespace, 'Link/' + type(l) + ' ' + s.id + ' ' + o.id + ' ' + l.key AS id
MATCH (t:Tombstone {namespace: namespace, id: id})
RETURN count(*)
