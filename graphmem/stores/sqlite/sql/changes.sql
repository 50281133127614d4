-- The change log: what was touched after :since, up to and with :upto, in order of seq.

-- name: touched_seqs
-- mode: read
-- params: namespace, since, top_k
-- The seqs of the first rows of every kind touched after :since; as many as :top_k of each kind.
SELECT seq FROM (SELECT i.seq FROM interaction AS i WHERE i.namespace = :namespace AND i.seq > :since
                 ORDER BY i.seq LIMIT :top_k)
UNION ALL
SELECT seq FROM (SELECT f.seq FROM fact AS f WHERE f.namespace = :namespace AND f.seq > :since
                 ORDER BY f.seq LIMIT :top_k)
UNION ALL
SELECT seq FROM (SELECT e.seq FROM entity AS e WHERE e.namespace = :namespace AND e.seq > :since
                 ORDER BY e.seq LIMIT :top_k)
UNION ALL
SELECT seq FROM (SELECT r.seq FROM ruling AS r WHERE r.namespace = :namespace AND r.seq > :since
                 ORDER BY r.seq LIMIT :top_k)
UNION ALL
SELECT seq FROM (SELECT n.seq FROM node AS n WHERE n.namespace = :namespace AND n.seq > :since
                 ORDER BY n.seq LIMIT :top_k)
UNION ALL
SELECT seq FROM (SELECT l.seq FROM link AS l WHERE l.namespace = :namespace AND l.seq > :since
                 ORDER BY l.seq LIMIT :top_k)
UNION ALL
SELECT seq FROM (SELECT t.seq FROM tombstone AS t WHERE t.namespace = :namespace AND t.seq > :since
                 ORDER BY t.seq LIMIT :top_k);

-- name: touched_interactions
-- mode: read
-- params: namespace, since, upto
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM interaction AS i CROSS JOIN session AS s ON s.key = i.session
WHERE i.namespace = :namespace AND i.seq > :since AND i.seq <= :upto
ORDER BY i.seq, i.arrival;

-- name: touched_vectors
-- mode: read
-- params: namespace, since, upto
SELECT i.id, v.vector, v.sentences
FROM interaction AS i CROSS JOIN vector AS v ON v.interaction = i.key
WHERE i.namespace = :namespace AND i.seq > :since AND i.seq <= :upto
ORDER BY i.seq, i.arrival;

-- name: touched_mentions
-- mode: read
-- params: namespace, since, upto
SELECT i.id, e.id, m.count, m.about, m.weight, m.source, m.kind
FROM interaction AS i
CROSS JOIN mention AS m ON m.interaction = i.key
CROSS JOIN entity AS e ON e.key = m.entity
WHERE i.namespace = :namespace AND i.seq > :since AND i.seq <= :upto
ORDER BY i.seq, i.arrival, e.id;

-- name: touched_entities
-- mode: read
-- params: namespace, since, upto
SELECT e.key, e.id, e.name, e.kind, e.base, e.told, e.votes, e.created_at,
       (SELECT count(*) FROM mention AS m WHERE m.entity = e.key),
       (SELECT count(*) FROM fact AS f WHERE f.subject = e.key)
       + (SELECT count(*) FROM fact AS f WHERE f.object = e.key AND f.subject <> e.key),
       (SELECT min(b.id) FROM synonym AS y JOIN entity AS b ON b.key = y.b WHERE y.a = e.key AND y.method = 'merged')
FROM entity AS e
WHERE e.namespace = :namespace AND e.seq > :since AND e.seq <= :upto
ORDER BY e.seq, e.id;

-- name: touched_aliases
-- mode: read
-- params: namespace, since, upto
SELECT a.entity, a.name FROM entity AS e CROSS JOIN alias AS a ON a.entity = e.key
WHERE e.namespace = :namespace AND e.seq > :since AND e.seq <= :upto
ORDER BY a.entity, a.name;

-- name: touched_facts
-- mode: read
-- params: namespace, since, upto
SELECT f.key, f.id, s.name, f.predicate, o.name, f.valid_at, f.invalid_at, f.negated, f.modality, f.text, s.id, o.id,
       f.confidence, f.at, f.created_at, f.expired_at, f.extractor, f.closed_at
FROM fact AS f CROSS JOIN entity AS s ON s.key = f.subject CROSS JOIN entity AS o ON o.key = f.object
WHERE f.namespace = :namespace AND f.seq > :since AND f.seq <= :upto
ORDER BY f.seq, f.id;

-- name: touched_assertions
-- mode: read
-- params: namespace, since, upto
-- (fact key, fact id, interaction id), each fact's by (moment, id).
SELECT f.key, f.id, i.id
FROM fact AS f CROSS JOIN assertion AS a ON a.fact = f.key CROSS JOIN interaction AS i ON i.key = a.interaction
WHERE f.namespace = :namespace AND f.seq > :since AND f.seq <= :upto
ORDER BY f.seq, f.id, i.moment, i.id;

-- name: touched_synonyms
-- mode: read
-- params: namespace, since, upto
-- Every link of the entities touched, whichever end they are.
SELECT e.id, b.id, y.score, y.method
FROM entity AS e CROSS JOIN synonym AS y ON y.a = e.key CROSS JOIN entity AS b ON b.key = y.b
WHERE e.namespace = :namespace AND e.seq > :since AND e.seq <= :upto
UNION
SELECT a.id, e.id, y.score, y.method
FROM entity AS e CROSS JOIN synonym AS y ON y.b = e.key CROSS JOIN entity AS a ON a.key = y.a
WHERE e.namespace = :namespace AND e.seq > :since AND e.seq <= :upto
ORDER BY 1, 2, 4;

-- name: tombstones
-- mode: read
-- params: namespace, since, upto
SELECT t.label, t.id FROM tombstone AS t
WHERE t.namespace = :namespace AND t.seq > :since AND t.seq <= :upto
ORDER BY t.seq, t.label, t.id;

-- name: remove_tombstones
-- mode: write
-- params: namespace, label, ids
-- What is told again after it was forgotten lives again.
DELETE FROM tombstone
WHERE namespace = :namespace AND label = :label AND id IN (SELECT value FROM json_each(:ids));
