-- What the contract suite reads behind the store's back.

-- name: count_session
-- mode: read
-- params: namespace
SELECT count(*) FROM session AS x JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_interaction
-- mode: read
-- params: namespace
SELECT count(*) FROM interaction AS x JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_entity
-- mode: read
-- params: namespace
SELECT count(*) FROM entity AS x JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_fact
-- mode: read
-- params: namespace
SELECT count(*) FROM fact AS x JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_vector
-- mode: read
-- params: namespace
SELECT count(*) FROM vector AS v JOIN interaction AS x ON x.key = v.interaction
JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_mentions
-- mode: read
-- params: namespace
SELECT count(*) FROM mention AS m JOIN interaction AS x ON x.key = m.interaction
JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_asserts
-- mode: read
-- params: namespace
SELECT count(*) FROM assertion AS a JOIN interaction AS x ON x.key = a.interaction
JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_synonym_of
-- mode: read
-- params: namespace
SELECT count(*) FROM synonym AS y JOIN entity AS x ON x.key = y.a
JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_ruling
-- mode: read
-- params: namespace
SELECT count(*) FROM ruling AS x JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_node
-- mode: read
-- params: namespace
SELECT count(*) FROM node AS x JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: count_link
-- mode: read
-- params: namespace
SELECT count(*) FROM link AS x JOIN namespace AS n ON n.key = x.namespace WHERE n.name = :namespace;

-- name: raw_text
-- mode: read
-- params: namespace, id
SELECT x.text FROM interaction AS x JOIN namespace AS n ON n.key = x.namespace
WHERE n.name = :namespace AND x.id = :id;

-- name: namespaces
-- mode: read
-- params:
SELECT name FROM namespace ORDER BY name;

-- name: torn
-- mode: read
-- params:
-- Rows that refer to something that is not there: halves of a broken write.
SELECT (SELECT count(*) FROM mention AS m WHERE m.interaction NOT IN (SELECT key FROM interaction)
                                             OR m.entity NOT IN (SELECT key FROM entity))
     + (SELECT count(*) FROM assertion AS a WHERE a.interaction NOT IN (SELECT key FROM interaction)
                                               OR a.fact NOT IN (SELECT key FROM fact))
     + (SELECT count(*) FROM fact AS f WHERE f.subject NOT IN (SELECT key FROM entity)
                                          OR f.object NOT IN (SELECT key FROM entity))
     + (SELECT count(*) FROM vector AS v WHERE v.interaction NOT IN (SELECT key FROM interaction))
     + (SELECT count(*) FROM synonym AS y WHERE y.a NOT IN (SELECT key FROM entity)
                                             OR y.b NOT IN (SELECT key FROM entity))
     + (SELECT count(*) FROM ruling AS r WHERE r.older NOT IN (SELECT key FROM fact)
                                            OR r.newer NOT IN (SELECT key FROM fact)
                                            OR r.evidence NOT IN (SELECT key FROM interaction))
     + (SELECT count(*) FROM link AS l
        WHERE l.source NOT IN (SELECT id FROM node UNION ALL SELECT id FROM interaction UNION ALL SELECT id FROM entity
                               UNION ALL SELECT id FROM fact)
           OR l.target NOT IN (SELECT id FROM node UNION ALL SELECT id FROM interaction UNION ALL SELECT id FROM entity
                               UNION ALL SELECT id FROM fact));

-- name: duplicates
-- mode: read
-- params:
-- Ids that are there more than once within a namespace.
SELECT (SELECT count(*) - count(DISTINCT namespace || '/' || id) FROM interaction)
     + (SELECT count(*) - count(DISTINCT namespace || '/' || id) FROM entity)
     + (SELECT count(*) - count(DISTINCT namespace || '/' || id) FROM fact)
     + (SELECT count(*) - count(DISTINCT namespace || '/' || id) FROM ruling)
     + (SELECT count(*) - count(DISTINCT namespace || '/' || id) FROM node)
     + (SELECT count(*) - count(DISTINCT namespace || '/' || type || ' ' || source || ' ' || target || ' ' || parallel)
        FROM link);
