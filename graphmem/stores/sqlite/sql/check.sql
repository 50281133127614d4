-- Integrity: each statement returns how many rows break the rule that its comment states.

-- name: integrity
-- mode: read
-- params:
PRAGMA integrity_check;

-- name: foreign_keys
-- mode: read
-- params:
PRAGMA foreign_key_check;

-- name: check_mentions_within
-- mode: read
-- params:
-- mentions lead from one namespace into another
SELECT count(*) FROM mention AS m JOIN interaction AS i ON i.key = m.interaction JOIN entity AS e ON e.key = m.entity
WHERE i.namespace <> e.namespace;

-- name: check_facts_within
-- mode: read
-- params:
-- facts lead from one namespace into another
SELECT count(*) FROM fact AS f JOIN entity AS s ON s.key = f.subject JOIN entity AS o ON o.key = f.object
WHERE f.namespace <> s.namespace OR f.namespace <> o.namespace;

-- name: check_assertions_within
-- mode: read
-- params:
-- assertions lead from one namespace into another
SELECT count(*) FROM assertion AS a JOIN fact AS f ON f.key = a.fact JOIN interaction AS i ON i.key = a.interaction
WHERE f.namespace <> i.namespace;

-- name: check_rulings_within
-- mode: read
-- params:
-- rulings lead from one namespace into another
SELECT count(*) FROM ruling AS r JOIN fact AS a ON a.key = r.older
LEFT JOIN fact AS b ON b.key = r.newer LEFT JOIN interaction AS i ON i.key = r.evidence
WHERE a.namespace <> r.namespace OR b.namespace <> r.namespace OR i.namespace <> r.namespace;

-- name: check_facts_closed
-- mode: read
-- params:
-- facts do not end when the rulings on them say
SELECT count(*) FROM fact AS f
WHERE EXISTS (SELECT 1 FROM ruling AS r WHERE r.older = f.key)
  AND (f.expired_at IS NOT (SELECT min(r.created_at) FROM ruling AS r
                            WHERE r.older = f.key AND r.expired_at IS NULL AND r.until IS NULL
                              AND r.kind IN ('update', 'correction', 'negation', 'retraction'))
       OR f.closed_at IS NOT (SELECT CASE WHEN count(*) = count(r.at) THEN min(r.at) END FROM ruling AS r
                              WHERE r.older = f.key AND r.expired_at IS NULL AND r.until IS NULL
                                AND r.kind IN ('update', 'correction', 'negation', 'retraction')));

-- name: check_votes
-- mode: read
-- params:
-- votes for the kinds of entities are not those that their mentions cast
WITH cast_votes AS (SELECT m.entity, m.kind, count(*) AS votes FROM mention AS m WHERE m.kind IS NOT NULL
                    GROUP BY m.entity, m.kind),
     counted AS (SELECT e.key AS entity, v.key AS kind, v.value AS votes FROM entity AS e, json_each(e.votes) AS v)
SELECT (SELECT count(*) FROM (SELECT * FROM cast_votes EXCEPT SELECT * FROM counted))
     + (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM cast_votes));

-- name: check_links_whole
-- mode: read
-- params:
-- links lead from or to what is not there
SELECT count(*) FROM (SELECT l.namespace, l.source AS id FROM link AS l
                      UNION ALL SELECT l.namespace, l.target FROM link AS l) AS x
WHERE NOT EXISTS (SELECT 1 FROM node AS n WHERE n.namespace = x.namespace AND n.id = x.id)
  AND NOT EXISTS (SELECT 1 FROM interaction AS i WHERE i.namespace = x.namespace AND i.id = x.id)
  AND NOT EXISTS (SELECT 1 FROM entity AS e WHERE e.namespace = x.namespace AND e.id = x.id)
  AND NOT EXISTS (SELECT 1 FROM fact AS f WHERE f.namespace = x.namespace AND f.id = x.id);

-- name: check_sessions_within
-- mode: read
-- params:
-- interactions are in another namespace's session
SELECT count(*) FROM interaction AS i JOIN session AS s ON s.key = i.session WHERE i.namespace <> s.namespace;

-- name: check_sessions_filled
-- mode: read
-- params:
-- sessions hold no interaction
SELECT count(*) FROM session AS s WHERE NOT EXISTS (SELECT 1 FROM interaction AS i WHERE i.session = s.key);

-- name: check_fact_instants
-- mode: read
-- params:
-- facts are not dated by the earliest interaction that asserts them
SELECT count(*) FROM fact AS f
WHERE f.at IS NOT (SELECT min(i.at) FROM assertion AS a JOIN interaction AS i ON i.key = a.interaction
                   WHERE a.fact = f.key);

-- name: check_embedded
-- mode: read
-- params:
-- interactions are marked as embedded without a vector, or the other way round
SELECT count(*) FROM interaction AS i
WHERE i.embedded <> EXISTS (SELECT 1 FROM vector AS v WHERE v.interaction = i.key);

-- name: check_seqs
-- mode: read
-- params:
-- rows are ahead of their namespace's change counter
SELECT count(*) FROM namespace AS n
WHERE n.seq < max(ifnull((SELECT max(i.seq) FROM interaction AS i WHERE i.namespace = n.key), 0),
                  ifnull((SELECT max(e.seq) FROM entity AS e WHERE e.namespace = n.key), 0),
                  ifnull((SELECT max(f.seq) FROM fact AS f WHERE f.namespace = n.key), 0),
                  ifnull((SELECT max(r.seq) FROM ruling AS r WHERE r.namespace = n.key), 0),
                  ifnull((SELECT max(d.seq) FROM node AS d WHERE d.namespace = n.key), 0),
                  ifnull((SELECT max(l.seq) FROM link AS l WHERE l.namespace = n.key), 0),
                  ifnull((SELECT max(t.seq) FROM tombstone AS t WHERE t.namespace = n.key), 0));

-- name: check_arrivals
-- mode: read
-- params:
-- namespaces have counted fewer arrivals than they hold
SELECT count(*) FROM namespace AS n
WHERE n.arrivals < ifnull((SELECT max(i.arrival) FROM interaction AS i WHERE i.namespace = n.key), 0);

-- name: check_link_tombstones
-- mode: read
-- params:
-- links that are there are recorded as forgotten
SELECT count(*) FROM link AS l
WHERE EXISTS (SELECT 1 FROM tombstone AS t
              WHERE t.namespace = l.namespace AND t.label = 'Link'
                AND t.id = l.type || ' ' || l.source || ' ' || l.target || ' ' || l.parallel);

-- name: check_tombstones
-- mode: read
-- params:
-- nodes that are there are recorded as forgotten
SELECT count(*) FROM tombstone AS t
WHERE (t.label = 'Interaction' AND EXISTS (SELECT 1 FROM interaction AS i WHERE i.namespace = t.namespace AND i.id = t.id))
   OR (t.label = 'Entity' AND EXISTS (SELECT 1 FROM entity AS e WHERE e.namespace = t.namespace AND e.id = t.id))
   OR (t.label = 'Fact' AND EXISTS (SELECT 1 FROM fact AS f WHERE f.namespace = t.namespace AND f.id = t.id))
   OR (t.label = 'Ruling' AND EXISTS (SELECT 1 FROM ruling AS r WHERE r.namespace = t.namespace AND r.id = t.id))
   OR EXISTS (SELECT 1 FROM node AS n WHERE n.namespace = t.namespace AND n.id = t.id AND n.label = t.label);
