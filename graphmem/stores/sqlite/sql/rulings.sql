-- name: ruling_states
-- mode: read
-- params: namespace, ids
-- (id, key, older, expired_at) of the rulings that are there.
SELECT r.id, r.key, r.older, r.expired_at FROM json_each(:ids) AS wanted
CROSS JOIN ruling AS r ON r.namespace = :namespace AND r.id = wanted.value;

-- name: add_ruling
-- mode: write
-- params: namespace, seq, id, kind, older, newer, at, until, reason, decided_by, evidence, created_at, expired_at
INSERT INTO ruling (namespace, seq, id, kind, older, newer, at, until, reason, decided_by, evidence, created_at,
                    expired_at)
VALUES (:namespace, :seq, :id, :kind, :older, :newer, :at, :until, :reason, :decided_by, :evidence, :created_at,
        :expired_at);

-- name: expire_ruling
-- mode: write
-- params: key, seq, expired_at
UPDATE ruling SET seq = :seq, expired_at = :expired_at WHERE key = :key;

-- name: ruled_facts
-- mode: read
-- params: namespace, ids
-- Those among the facts on which anything was ever ruled.
SELECT f.id FROM json_each(:ids) AS wanted
CROSS JOIN fact AS f ON f.namespace = :namespace AND f.id = wanted.value
WHERE EXISTS (SELECT 1 FROM ruling AS r WHERE r.older = f.key);

-- name: closings
-- mode: read
-- params: facts
-- (fact key, kind, at, until, created_at) of the standing rulings on these facts.
SELECT r.older, r.kind, r.at, r.until, r.created_at
FROM ruling AS r WHERE r.older IN (SELECT value FROM json_each(:facts)) AND r.expired_at IS NULL;

-- name: closures
-- mode: read
-- params: facts
-- (key, closed_at, expired_at) of these facts.
SELECT f.key, f.closed_at, f.expired_at FROM fact AS f WHERE f.key IN (SELECT value FROM json_each(:facts));

-- name: close_fact
-- mode: write
-- params: key, seq, closed_at, expired_at
UPDATE fact SET seq = :seq, closed_at = :closed_at, expired_at = :expired_at WHERE key = :key;

-- name: rulings_of_namespace
-- mode: read
-- params: namespace, undone, top_k
SELECT r.id, r.kind, a.id, b.id, r.at, r.until, r.reason, r.decided_by, i.id, r.created_at, r.expired_at
FROM ruling AS r CROSS JOIN fact AS a ON a.key = r.older
LEFT JOIN fact AS b ON b.key = r.newer LEFT JOIN interaction AS i ON i.key = r.evidence
WHERE r.namespace = :namespace AND (:undone OR r.expired_at IS NULL)
ORDER BY r.created_at, r.id LIMIT :top_k;

-- name: rulings_about
-- mode: read
-- params: namespace, facts, undone, top_k
-- Rulings on these facts, or by them.
SELECT r.id, r.kind, a.id, b.id, r.at, r.until, r.reason, r.decided_by, i.id, r.created_at, r.expired_at
FROM ruling AS r CROSS JOIN fact AS a ON a.key = r.older
LEFT JOIN fact AS b ON b.key = r.newer LEFT JOIN interaction AS i ON i.key = r.evidence
WHERE r.key IN (SELECT x.key FROM json_each(:facts) AS wanted
                CROSS JOIN fact AS f ON f.namespace = :namespace AND f.id = wanted.value
                CROSS JOIN ruling AS x ON x.older = f.key
                UNION
                SELECT x.key FROM json_each(:facts) AS wanted
                CROSS JOIN fact AS f ON f.namespace = :namespace AND f.id = wanted.value
                CROSS JOIN ruling AS x ON x.newer = f.key)
      AND (:undone OR r.expired_at IS NULL)
ORDER BY r.created_at, r.id LIMIT :top_k;

-- name: touched_rulings
-- mode: read
-- params: namespace, since, upto
SELECT r.id, r.kind, a.id, b.id, r.at, r.until, r.reason, r.decided_by, i.id, r.created_at, r.expired_at
FROM ruling AS r CROSS JOIN fact AS a ON a.key = r.older
LEFT JOIN fact AS b ON b.key = r.newer LEFT JOIN interaction AS i ON i.key = r.evidence
WHERE r.namespace = :namespace AND r.seq > :since AND r.seq <= :upto
ORDER BY r.seq, r.id;

-- name: own_rulings_named
-- mode: read
-- params: namespace, ids
-- Those among these rulings that are a person's word.
SELECT r.key FROM json_each(:ids) AS wanted
CROSS JOIN ruling AS r ON r.namespace = :namespace AND r.id = wanted.value
WHERE r.kind IN ('retraction', 'pin', 'revert');

-- name: rulings_with_facts
-- mode: read
-- params: facts
-- The rulings on these facts, or by them.
SELECT r.key FROM ruling AS r WHERE r.older IN (SELECT value FROM json_each(:facts))
UNION
SELECT r.key FROM ruling AS r WHERE r.newer IN (SELECT value FROM json_each(:facts));

-- name: facts_ruled_by
-- mode: read
-- params: rulings
SELECT DISTINCT r.older FROM ruling AS r WHERE r.key IN (SELECT value FROM json_each(:rulings));

-- name: move_evidence
-- mode: write
-- params: interactions, seq
-- What rests on interactions that go rests on the earliest that still asserts the newer fact.
UPDATE ruling SET seq = :seq, evidence = (SELECT a.interaction FROM assertion AS a
                                          JOIN interaction AS i ON i.key = a.interaction
                                          WHERE a.fact = ruling.newer ORDER BY i.moment, i.id LIMIT 1)
WHERE evidence IN (SELECT value FROM json_each(:interactions));

-- name: bury_rulings
-- mode: write
-- params: rulings, seq
INSERT INTO tombstone (namespace, label, id, seq)
SELECT r.namespace, 'Ruling', r.id, :seq FROM ruling AS r WHERE r.key IN (SELECT value FROM json_each(:rulings));

-- name: delete_rulings
-- mode: write
-- params: rulings
DELETE FROM ruling WHERE key IN (SELECT value FROM json_each(:rulings));
