// Rulings on facts: a node for each, whether it stands or was undone, and for people an arrow from the newer fact to the
// older one for each that stands, derived from it.

// name: ruling_states
// mode: read
// params: namespace, ids, top_k
// (id, older, expired_at) of the rulings that are there.
UNWIND $ids AS id MATCH (r:Ruling {namespace: $namespace, id: id})
RETURN r.id, r.older, r.expired_at.epochMillis * 1000 + r.expired_at.microsecond % 1000 ORDER BY r.id LIMIT $top_k

// name: add_rulings
// mode: write
// params: namespace, seq, rows
UNWIND $rows AS row
MATCH (o:Fact {namespace: $namespace, id: row.older})
OPTIONAL MATCH (n:Fact {namespace: $namespace, id: row.newer})
OPTIONAL MATCH (i:Interaction {namespace: $namespace, id: row.evidence})
MERGE (r:Ruling {namespace: $namespace, id: row.id})
SET r.seq = $seq, r.name = row.name, r.kind = row.kind, r.older = row.older, r.newer = row.newer, r.at = row.at,
    r.until = row.until, r.reason = row.reason, r.decided_by = row.decided_by, r.evidence = row.evidence,
    r.created_at = row.created_at, r.expired_at = row.expired_at
MERGE (r)-[:RULES_ON]->(o)
FOREACH (x IN CASE WHEN n IS NULL THEN [] ELSE [n] END | MERGE (r)-[:RULES_FOR]->(x))
FOREACH (x IN CASE WHEN i IS NULL THEN [] ELSE [i] END | MERGE (r)-[:EVIDENCE]->(x))

// name: expire_rulings
// mode: write
// params: namespace, seq, rows
UNWIND $rows AS row MATCH (r:Ruling {namespace: $namespace, id: row.id}) SET r.seq = $seq, r.expired_at = row.expired_at

// name: draw_rulings
// mode: write
// params: namespace, ids
// The arrows of rulings between two facts, where they stand.
UNWIND $ids AS id
MATCH (n:Fact)<-[:RULES_FOR]-(r:Ruling {namespace: $namespace, id: id})-[:RULES_ON]->(o:Fact) WHERE r.expired_at IS NULL
FOREACH (x IN CASE WHEN r.kind = 'conflict' THEN [] ELSE [r] END |
  MERGE (n)-[a:SUPERSEDES {ruling: x.id}]->(o)
  SET a.kind = x.kind, a.at = x.at, a.until = x.until, a.reason = x.reason, a.decided_by = x.decided_by,
      a.evidence = x.evidence, a.created_at = x.created_at)
FOREACH (x IN CASE WHEN r.kind = 'conflict' THEN [r] ELSE [] END |
  MERGE (n)-[a:CONFLICTS_WITH {ruling: x.id}]->(o)
  SET a.kind = x.kind, a.at = x.at, a.until = x.until, a.reason = x.reason, a.decided_by = x.decided_by,
      a.evidence = x.evidence, a.created_at = x.created_at)

// name: erase_rulings
// mode: write
// params: namespace, ids
// The arrows of rulings, whether these stand or not.
UNWIND $ids AS id
MATCH (r:Ruling {namespace: $namespace, id: id})-[:RULES_ON]->(o:Fact)<-[a:SUPERSEDES|CONFLICTS_WITH]-(:Fact)
WHERE a.ruling = r.id
DELETE a

// name: ruled_facts
// mode: read
// params: namespace, ids, top_k
// Those among the facts on which anything was ever ruled.
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id}) WHERE EXISTS { (f)<-[:RULES_ON]-(:Ruling) }
RETURN f.id ORDER BY f.id LIMIT $top_k

// name: standing_rulings
// mode: read
// params: namespace, ids, top_k
// The standing rulings on these facts.
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id})<-[:RULES_ON]-(r:Ruling) WHERE r.expired_at IS NULL
RETURN r.id, r.kind, r.older, r.newer, r.at.epochMillis * 1000 + r.at.microsecond % 1000,
       r.until.epochMillis * 1000 + r.until.microsecond % 1000, r.reason, r.decided_by, r.evidence,
       r.created_at.epochMillis * 1000 + r.created_at.microsecond % 1000,
       r.expired_at.epochMillis * 1000 + r.expired_at.microsecond % 1000
ORDER BY r.id LIMIT $top_k

// name: close_facts
// mode: write
// params: namespace, seq, rows
UNWIND $rows AS row MATCH (f:Fact {namespace: $namespace, id: row.id})
SET f.seq = $seq, f.closed_at = row.closed_at, f.expired_at = row.expired_at

// name: rulings_of_namespace
// mode: read
// params: namespace, undone, top_k
MATCH (r:Ruling) WHERE r.namespace = $namespace AND r.id IS NOT NULL AND ($undone OR r.expired_at IS NULL)
RETURN r.id, r.kind, r.older, r.newer, r.at.epochMillis * 1000 + r.at.microsecond % 1000,
       r.until.epochMillis * 1000 + r.until.microsecond % 1000, r.reason, r.decided_by, r.evidence,
       r.created_at.epochMillis * 1000 + r.created_at.microsecond % 1000,
       r.expired_at.epochMillis * 1000 + r.expired_at.microsecond % 1000
ORDER BY r.created_at, r.id LIMIT $top_k

// name: rulings_about
// mode: read
// params: namespace, facts, undone, top_k
// Rulings on these facts, or by them.
UNWIND $facts AS id
MATCH (f:Fact {namespace: $namespace, id: id})<-[:RULES_ON|RULES_FOR]-(r:Ruling) WHERE $undone OR r.expired_at IS NULL
WITH DISTINCT r
RETURN r.id, r.kind, r.older, r.newer, r.at.epochMillis * 1000 + r.at.microsecond % 1000,
       r.until.epochMillis * 1000 + r.until.microsecond % 1000, r.reason, r.decided_by, r.evidence,
       r.created_at.epochMillis * 1000 + r.created_at.microsecond % 1000,
       r.expired_at.epochMillis * 1000 + r.expired_at.microsecond % 1000
ORDER BY r.created_at, r.id LIMIT $top_k

// name: touched_rulings
// mode: read
// params: namespace, since, upto, pack, top_k
MATCH (r:Ruling) WHERE r.namespace = $namespace AND r.seq > $since AND r.seq <= $upto
WITH r ORDER BY r.seq, r.id LIMIT $top_k
WITH [r.id, r.kind, r.older, r.newer, r.at.epochMillis * 1000 + r.at.microsecond % 1000,
       r.until.epochMillis * 1000 + r.until.microsecond % 1000, r.reason, r.decided_by, r.evidence,
       r.created_at.epochMillis * 1000 + r.created_at.microsecond % 1000,
       r.expired_at.epochMillis * 1000 + r.expired_at.microsecond % 1000] AS row
WITH collect(row) AS rows UNWIND range(0, size(rows) - 1, $pack) AS start
RETURN rows[start..start + $pack] ORDER BY start

// name: own_rulings_named
// mode: read
// params: namespace, ids, top_k
// Those among these rulings that are a person's word.
UNWIND $ids AS id MATCH (r:Ruling {namespace: $namespace, id: id}) WHERE r.kind IN ['retraction', 'pin', 'revert']
RETURN r.id ORDER BY r.id LIMIT $top_k

// name: rulings_with_facts
// mode: read
// params: namespace, ids, top_k
// The rulings on these facts, or by them.
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id})<-[:RULES_ON|RULES_FOR]-(r:Ruling)
RETURN DISTINCT r.id AS id ORDER BY id LIMIT $top_k

// name: rulings_resting_on
// mode: read
// params: namespace, ids, top_k
// The rulings whose evidence is one of these interactions.
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})<-[:EVIDENCE]-(r:Ruling)
RETURN DISTINCT r.id AS id ORDER BY id LIMIT $top_k

// name: move_evidence
// mode: write
// params: namespace, ids, seq
// What rested on interactions that are gone rests on the earliest that still asserts the newer fact.
UNWIND $ids AS id MATCH (r:Ruling {namespace: $namespace, id: id})
OPTIONAL MATCH (r)-[:RULES_FOR]->(:Fact)<-[:ASSERTS]-(i:Interaction)
WITH r, i ORDER BY r.id, coalesce(i.at, datetime('-0001-01-01')), i.id
WITH r, head(collect(i)) AS i
SET r.seq = $seq, r.evidence = i.id
FOREACH (x IN CASE WHEN i IS NULL THEN [] ELSE [i] END | MERGE (r)-[:EVIDENCE]->(x))

// name: delete_rulings
// mode: write
// params: namespace, ids
// With their arrows; the ids of the facts they were on.
UNWIND $ids AS id MATCH (r:Ruling {namespace: $namespace, id: id})-[:RULES_ON]->(o:Fact)
OPTIONAL MATCH (o)<-[a:SUPERSEDES|CONFLICTS_WITH]-(:Fact) WHERE a.ruling = r.id
WITH r, o.id AS older, collect(a) AS arrows
FOREACH (a IN arrows | DELETE a)
DETACH DELETE r
RETURN DISTINCT older
