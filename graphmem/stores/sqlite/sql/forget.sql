-- Deletions, by key; what is deleted is overwritten (PRAGMA secure_delete).

-- name: interactions_of_sessions
-- mode: read
-- params: namespace, names
SELECT i.key, i.id FROM json_each(:names) AS wanted
CROSS JOIN session AS s ON s.namespace = :namespace AND s.name = wanted.value
CROSS JOIN interaction AS i ON i.session = s.key
ORDER BY i.arrival;

-- name: interactions_named
-- mode: read
-- params: namespace, ids
SELECT i.key, i.id FROM json_each(:ids) AS wanted
CROSS JOIN interaction AS i ON i.namespace = :namespace AND i.id = wanted.value
ORDER BY i.arrival;

-- name: speakers
-- mode: read
-- params: namespace
SELECT DISTINCT i.speaker FROM interaction AS i WHERE i.namespace = :namespace AND i.speaker IS NOT NULL;

-- name: interactions_of_speakers
-- mode: read
-- params: namespace, speakers
SELECT i.key, i.id FROM interaction AS i
WHERE i.namespace = :namespace AND i.speaker IN (SELECT value FROM json_each(:speakers))
ORDER BY i.arrival;

-- name: all_interactions
-- mode: read
-- params: namespace
SELECT i.key, i.id FROM interaction AS i WHERE i.namespace = :namespace ORDER BY i.arrival;

-- name: all_facts
-- mode: read
-- params: namespace
SELECT f.key FROM fact AS f WHERE f.namespace = :namespace;

-- name: all_entities
-- mode: read
-- params: namespace
SELECT e.key FROM entity AS e WHERE e.namespace = :namespace;

-- name: entity_named
-- mode: read
-- params: namespace, id, name_key
-- The entity of that id or, failing that, of that name.
SELECT e.key, e.name FROM entity AS e
WHERE e.namespace = :namespace AND (e.id = :id OR e.name_key = :name_key)
ORDER BY e.id <> :id, e.id LIMIT 1;

-- name: facts_naming
-- mode: read
-- params: entity
SELECT f.key FROM fact AS f WHERE f.subject = :entity
UNION
SELECT f.key FROM fact AS f WHERE f.object = :entity;

-- name: facts_asserted_by_keys
-- mode: read
-- params: interactions
SELECT DISTINCT a.fact FROM assertion AS a WHERE a.interaction IN (SELECT value FROM json_each(:interactions));

-- name: unasserted_facts
-- mode: read
-- params: facts
-- Those among the facts that no interaction asserts and no caller told.
SELECT f.key FROM fact AS f
WHERE f.key IN (SELECT value FROM json_each(:facts)) AND f.extractor <> 'hand'
      AND NOT EXISTS (SELECT 1 FROM assertion AS a WHERE a.fact = f.key);

-- name: entities_of_interactions
-- mode: read
-- params: interactions
SELECT DISTINCT m.entity FROM mention AS m WHERE m.interaction IN (SELECT value FROM json_each(:interactions));

-- name: entities_of_facts
-- mode: read
-- params: facts
SELECT f.subject FROM fact AS f WHERE f.key IN (SELECT value FROM json_each(:facts))
UNION
SELECT f.object FROM fact AS f WHERE f.key IN (SELECT value FROM json_each(:facts));

-- name: unsupported_entities
-- mode: read
-- params: entities
-- Those among the entities that nothing mentions and no fact names.
SELECT e.key FROM entity AS e
WHERE e.key IN (SELECT value FROM json_each(:entities))
      AND NOT EXISTS (SELECT 1 FROM mention AS m WHERE m.entity = e.key)
      AND NOT EXISTS (SELECT 1 FROM fact AS f WHERE f.subject = e.key)
      AND NOT EXISTS (SELECT 1 FROM fact AS f WHERE f.object = e.key);

-- name: interactions_mentioning
-- mode: read
-- params: entity
SELECT m.interaction FROM mention AS m WHERE m.entity = :entity;

-- name: synonym_partners
-- mode: read
-- params: entities
SELECT y.b FROM synonym AS y WHERE y.a IN (SELECT value FROM json_each(:entities))
UNION
SELECT y.a FROM synonym AS y WHERE y.b IN (SELECT value FROM json_each(:entities));

-- name: delete_vectors
-- mode: write
-- params: interactions
DELETE FROM vector WHERE interaction IN (SELECT value FROM json_each(:interactions));

-- name: votes_by
-- mode: read
-- params: interactions
-- (entity, kind, count): the votes that the mentions by these interactions cast.
SELECT m.entity, m.kind, count(*) FROM mention AS m
WHERE m.interaction IN (SELECT value FROM json_each(:interactions)) AND m.kind IS NOT NULL
GROUP BY m.entity, m.kind;

-- name: delete_mentions_by
-- mode: write
-- params: interactions
DELETE FROM mention WHERE interaction IN (SELECT value FROM json_each(:interactions));

-- name: delete_mentions_of
-- mode: write
-- params: entities
DELETE FROM mention WHERE entity IN (SELECT value FROM json_each(:entities));

-- name: delete_assertions_by
-- mode: write
-- params: interactions
DELETE FROM assertion WHERE interaction IN (SELECT value FROM json_each(:interactions));

-- name: delete_assertions_of
-- mode: write
-- params: facts
DELETE FROM assertion WHERE fact IN (SELECT value FROM json_each(:facts));

-- name: bury_interactions
-- mode: write
-- params: interactions, seq
INSERT INTO tombstone (namespace, label, id, seq)
SELECT i.namespace, 'Interaction', i.id, :seq FROM interaction AS i
WHERE i.key IN (SELECT value FROM json_each(:interactions));

-- name: delete_interactions
-- mode: write
-- params: interactions
DELETE FROM interaction WHERE key IN (SELECT value FROM json_each(:interactions));

-- name: delete_empty_sessions
-- mode: write
-- params: namespace
DELETE FROM session
WHERE namespace = :namespace AND NOT EXISTS (SELECT 1 FROM interaction AS i WHERE i.session = session.key);

-- name: bury_facts
-- mode: write
-- params: facts, seq
INSERT INTO tombstone (namespace, label, id, seq)
SELECT f.namespace, 'Fact', f.id, :seq FROM fact AS f WHERE f.key IN (SELECT value FROM json_each(:facts));

-- name: delete_facts
-- mode: write
-- params: facts
DELETE FROM fact WHERE key IN (SELECT value FROM json_each(:facts));

-- name: fact_ids
-- mode: read
-- params: facts
SELECT f.id FROM fact AS f WHERE f.key IN (SELECT value FROM json_each(:facts));

-- name: subjects_of
-- mode: read
-- params: facts
SELECT DISTINCT e.id FROM fact AS f JOIN entity AS e ON e.key = f.subject
WHERE f.key IN (SELECT value FROM json_each(:facts));

-- name: entity_ids
-- mode: read
-- params: entities
SELECT e.id FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(:entities));

-- name: redate_facts
-- mode: write
-- params: facts, seq
-- Facts that lost an assertion are as old as the earliest that is left.
UPDATE fact SET seq = :seq, at = (SELECT min(i.at) FROM assertion AS a JOIN interaction AS i ON i.key = a.interaction
                                  WHERE a.fact = fact.key)
WHERE key IN (SELECT value FROM json_each(:facts));

-- name: bury_entities
-- mode: write
-- params: entities, seq
INSERT INTO tombstone (namespace, label, id, seq)
SELECT e.namespace, 'Entity', e.id, :seq FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(:entities));

-- name: delete_aliases
-- mode: write
-- params: entities
DELETE FROM alias WHERE entity IN (SELECT value FROM json_each(:entities));

-- name: delete_synonyms_of
-- mode: write
-- params: entities
DELETE FROM synonym WHERE a IN (SELECT value FROM json_each(:entities)) OR b IN (SELECT value FROM json_each(:entities));

-- name: delete_entities
-- mode: write
-- params: entities
DELETE FROM entity WHERE key IN (SELECT value FROM json_each(:entities));

-- name: delete_tombstones
-- mode: write
-- params: namespace
DELETE FROM tombstone WHERE namespace = :namespace;

-- name: texts_after
-- mode: read
-- params: namespace, after, top_k
-- (arrival, id, speaker, title, text, caption), a page by arrival.
SELECT i.arrival, i.id, i.speaker, i.title, i.text, i.caption
FROM interaction AS i WHERE i.namespace = :namespace AND i.arrival > :after
ORDER BY i.arrival LIMIT :top_k;
