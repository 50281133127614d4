-- name: settings_named
-- mode: read
-- params: names
SELECT s.name, s.value FROM json_each(:names) AS wanted CROSS JOIN setting AS s ON s.name = wanted.value;

-- name: most_mentioned
-- mode: read
-- params: keys, top_k
-- Keys of entities by number of mentions, then id.
SELECT e.key, (SELECT count(*) FROM mention AS m WHERE m.entity = e.key) AS mentions
FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(:keys))
ORDER BY mentions DESC, e.id LIMIT :top_k;

-- name: merged_beside
-- mode: read
-- params: keys
-- Keys of the entities that these are merged with.
SELECT y.b FROM json_each(:keys) AS wanted CROSS JOIN synonym AS y ON y.a = wanted.value WHERE y.method = 'merged'
UNION
SELECT y.a FROM json_each(:keys) AS wanted CROSS JOIN synonym AS y ON y.b = wanted.value WHERE y.method = 'merged';

-- name: names_of
-- mode: read
-- params: keys
SELECT e.name FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(:keys))
UNION
SELECT a.name FROM alias AS a WHERE a.entity IN (SELECT value FROM json_each(:keys))
ORDER BY 1;

-- name: entities_mentioned
-- mode: read
-- params: namespace, interactions
-- (id of an interaction, key and id of an entity that it mentions), by the ids.
SELECT i.id, e.key, e.id
FROM json_each(:interactions) AS wanted
CROSS JOIN interaction AS i ON i.namespace = :namespace AND i.id = wanted.value
CROSS JOIN mention AS m ON m.interaction = i.key
CROSS JOIN entity AS e ON e.key = m.entity
ORDER BY i.id, e.id;

-- name: entities_uncounted
-- mode: read
-- params: keys
-- By id; for popular entities, counting mentions and facts takes longer than all the rest of a recall's reads.
SELECT e.key, e.id, e.name, e.kind, e.base, e.told, e.votes, e.created_at, 0, 0,
       (SELECT min(b.id) FROM synonym AS y JOIN entity AS b ON b.key = y.b WHERE y.a = e.key AND y.method = 'merged')
FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(:keys))
ORDER BY e.id;
