-- name: entity_states
-- mode: read
-- params: namespace, ids
-- (id, key, name, base, told, created_at) of the entities that are there.
SELECT e.id, e.key, e.name, e.base, e.told, e.created_at
FROM json_each(:ids) AS wanted CROSS JOIN entity AS e ON e.namespace = :namespace AND e.id = wanted.value;

-- name: aliases_of
-- mode: read
-- params: keys
SELECT entity, name FROM alias WHERE entity IN (SELECT value FROM json_each(:keys)) ORDER BY entity, name;

-- name: add_entity
-- mode: write
-- params: namespace, seq, id, name, name_key, base, told, created_at
INSERT INTO entity (namespace, seq, id, name, name_key, kind, base, told, created_at)
VALUES (:namespace, :seq, :id, :name, :name_key, :base, :base, :told, :created_at);

-- name: update_entity
-- mode: write
-- params: key, seq, name, name_key, base, told, created_at
UPDATE entity
SET seq = :seq, name = :name, name_key = :name_key, base = :base, told = :told, created_at = :created_at
WHERE key = :key;

-- name: standings
-- mode: read
-- params: keys
-- (key, kind, base, told, votes, whether it is merged with others) of entities.
SELECT e.key, e.kind, e.base, e.told, e.votes,
       EXISTS (SELECT 1 FROM synonym AS y WHERE y.a = e.key AND y.method = 'merged')
       OR EXISTS (SELECT 1 FROM synonym AS y WHERE y.b = e.key AND y.method = 'merged')
FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(:keys));

-- name: merged_with
-- mode: read
-- params: keys
SELECT y.a, y.b FROM synonym AS y WHERE y.a IN (SELECT value FROM json_each(:keys)) AND y.method = 'merged'
UNION
SELECT y.a, y.b FROM synonym AS y WHERE y.b IN (SELECT value FROM json_each(:keys)) AND y.method = 'merged';

-- name: put_votes
-- mode: write
-- params: key, votes
-- What readers see of an entity stays as it was.
UPDATE entity SET votes = :votes WHERE key = :key;

-- name: put_kind
-- mode: write
-- params: key, kind, votes, seq
UPDATE entity SET kind = :kind, votes = :votes, seq = :seq WHERE key = :key;

-- name: touch_entities
-- mode: write
-- params: keys, seq
UPDATE entity SET seq = :seq WHERE key IN (SELECT value FROM json_each(:keys));

-- name: add_alias
-- mode: write
-- params: entity, namespace, name, name_key
INSERT INTO alias (entity, namespace, name, name_key) VALUES (:entity, :namespace, :name, :name_key)
ON CONFLICT (entity, name) DO NOTHING;

-- name: entity_keys_by_id
-- mode: read
-- params: namespace, ids
SELECT e.key FROM json_each(:ids) AS wanted
CROSS JOIN entity AS e ON e.namespace = :namespace AND e.id = wanted.value;

-- name: entity_keys_by_name
-- mode: read
-- params: namespace, keys
SELECT e.key FROM json_each(:keys) AS wanted
CROSS JOIN entity AS e ON e.namespace = :namespace AND e.name_key = wanted.value
UNION
SELECT a.entity FROM json_each(:keys) AS wanted
CROSS JOIN alias AS a ON a.namespace = :namespace AND a.name_key = wanted.value;

-- name: entity_keys_by_prefix
-- mode: read
-- params: namespace, first, beyond
SELECT e.key FROM entity AS e WHERE e.namespace = :namespace AND e.name_key >= :first AND e.name_key < :beyond
UNION
SELECT a.entity FROM alias AS a WHERE a.namespace = :namespace AND a.name_key >= :first AND a.name_key < :beyond;

-- name: entity_keys_mentioned_by
-- mode: read
-- params: namespace, interactions
SELECT DISTINCT m.entity FROM json_each(:interactions) AS wanted
CROSS JOIN interaction AS i ON i.namespace = :namespace AND i.id = wanted.value
CROSS JOIN mention AS m ON m.interaction = i.key;

-- name: entities_by_key
-- mode: read
-- params: keys, top_k
SELECT e.key, e.id, e.name, e.kind, e.base, e.told, e.votes, e.created_at,
       (SELECT count(*) FROM mention AS m WHERE m.entity = e.key) AS mentions,
       (SELECT count(*) FROM fact AS f WHERE f.subject = e.key)
       + (SELECT count(*) FROM fact AS f WHERE f.object = e.key AND f.subject <> e.key),
       (SELECT min(b.id) FROM synonym AS y JOIN entity AS b ON b.key = y.b WHERE y.a = e.key AND y.method = 'merged')
FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(:keys))
ORDER BY mentions DESC, e.id LIMIT :top_k;

-- name: entities_of_namespace
-- mode: read
-- params: namespace, top_k
SELECT e.key, e.id, e.name, e.kind, e.base, e.told, e.votes, e.created_at,
       (SELECT count(*) FROM mention AS m WHERE m.entity = e.key) AS mentions,
       (SELECT count(*) FROM fact AS f WHERE f.subject = e.key)
       + (SELECT count(*) FROM fact AS f WHERE f.object = e.key AND f.subject <> e.key),
       (SELECT min(b.id) FROM synonym AS y JOIN entity AS b ON b.key = y.b WHERE y.a = e.key AND y.method = 'merged')
FROM entity AS e WHERE e.namespace = :namespace
ORDER BY mentions DESC, e.id LIMIT :top_k;

-- name: mentions_of
-- mode: read
-- params: namespace, interactions
SELECT i.id, e.id, m.count, m.about, m.weight, m.source, m.kind
FROM json_each(:interactions) AS wanted
CROSS JOIN interaction AS i ON i.namespace = :namespace AND i.id = wanted.value
CROSS JOIN mention AS m ON m.interaction = i.key
CROSS JOIN entity AS e ON e.key = m.entity
ORDER BY i.id, e.id;

-- name: put_mention
-- mode: write
-- params: interaction, entity, count, about, weight, source, kind
INSERT INTO mention (interaction, entity, count, about, weight, source, kind)
VALUES (:interaction, :entity, :count, :about, :weight, :source, :kind)
ON CONFLICT (interaction, entity) DO UPDATE
SET count = excluded.count, about = excluded.about, weight = excluded.weight, source = excluded.source,
    kind = excluded.kind;

-- name: synonyms_of_namespace
-- mode: read
-- params: namespace
SELECT a.id, b.id, y.score, y.method
FROM entity AS a CROSS JOIN synonym AS y ON y.a = a.key CROSS JOIN entity AS b ON b.key = y.b
WHERE a.namespace = :namespace
ORDER BY a.id, b.id, y.method;

-- name: synonyms_of
-- mode: read
-- params: namespace, entities
SELECT a.id, b.id, y.score, y.method
FROM json_each(:entities) AS wanted
CROSS JOIN entity AS a ON a.namespace = :namespace AND a.id = wanted.value
CROSS JOIN synonym AS y ON y.a = a.key CROSS JOIN entity AS b ON b.key = y.b
UNION
SELECT a.id, b.id, y.score, y.method
FROM json_each(:entities) AS wanted
CROSS JOIN entity AS b ON b.namespace = :namespace AND b.id = wanted.value
CROSS JOIN synonym AS y ON y.b = b.key CROSS JOIN entity AS a ON a.key = y.a
ORDER BY 1, 2, 4;

-- name: put_synonym
-- mode: write
-- params: a, b, method, score
INSERT INTO synonym (a, b, method, score) VALUES (:a, :b, :method, :score)
ON CONFLICT (a, b, method) DO UPDATE SET score = excluded.score;

-- name: delete_synonym
-- mode: write
-- params: a, b, method
DELETE FROM synonym WHERE a = :a AND b = :b AND method = :method;
