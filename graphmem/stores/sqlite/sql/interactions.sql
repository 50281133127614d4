-- name: interactions_by_id
-- mode: read
-- params: namespace, ids
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM json_each(:ids) AS wanted
CROSS JOIN interaction AS i ON i.namespace = :namespace AND i.id = wanted.value
JOIN session AS s ON s.key = i.session
ORDER BY i.arrival;

-- name: interaction_states
-- mode: read
-- params: namespace, ids
-- (id, key, at, embedded, extractor) of the interactions that are there.
SELECT i.id, i.key, i.at, i.embedded, i.extractor
FROM json_each(:ids) AS wanted
CROSS JOIN interaction AS i ON i.namespace = :namespace AND i.id = wanted.value;

-- name: add_session
-- mode: write
-- params: namespace, name
INSERT INTO session (namespace, name) VALUES (:namespace, :name) ON CONFLICT (namespace, name) DO NOTHING;

-- name: session_key
-- mode: read
-- params: namespace, name
SELECT key FROM session WHERE namespace = :namespace AND name = :name;

-- name: add_interaction
-- mode: write
-- params: namespace, seq, arrival, id, session, kind, at, speaker, role, created_at, title, source, caption, metadata, text
INSERT INTO interaction (namespace, seq, arrival, id, session, kind, at, speaker, role, created_at, title, source,
                         caption, metadata, text)
VALUES (:namespace, :seq, :arrival, :id, :session, :kind, :at, :speaker, :role, :created_at, :title, :source,
        :caption, :metadata, :text);

-- name: update_interaction
-- mode: write
-- params: key, seq, embedded, extractor
UPDATE interaction SET seq = :seq, embedded = :embedded, extractor = :extractor WHERE key = :key;

-- name: touch_interactions
-- mode: write
-- params: keys, seq
UPDATE interaction SET seq = :seq WHERE key IN (SELECT value FROM json_each(:keys));

-- name: history_of_namespace
-- mode: read
-- params: namespace, after, arrival, before, kinds, top_k
-- Interactions by (moment, arrival), behind the given place and before the given moment.
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM interaction AS i CROSS JOIN session AS s ON s.key = i.session
WHERE i.namespace = :namespace AND (i.moment, i.arrival) > (:after, :arrival) AND i.moment < :before
      AND (:kinds IS NULL OR i.kind IN (SELECT value FROM json_each(:kinds)))
ORDER BY i.moment, i.arrival LIMIT :top_k;

-- name: history_of_session
-- mode: read
-- params: session, after, arrival, before, kinds, top_k
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM interaction AS i CROSS JOIN session AS s ON s.key = i.session
WHERE i.session = :session AND (i.moment, i.arrival) > (:after, :arrival) AND i.moment < :before
      AND (:kinds IS NULL OR i.kind IN (SELECT value FROM json_each(:kinds)))
ORDER BY i.moment, i.arrival LIMIT :top_k;

-- name: latest_of_namespace
-- mode: read
-- params: namespace, after, before, arrival, kinds, top_k
-- The last first, ahead of the given place and not before the given moment.
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM interaction AS i CROSS JOIN session AS s ON s.key = i.session
WHERE i.namespace = :namespace AND i.moment >= :after AND (i.moment, i.arrival) < (:before, :arrival)
      AND (:kinds IS NULL OR i.kind IN (SELECT value FROM json_each(:kinds)))
ORDER BY i.moment DESC, i.arrival DESC LIMIT :top_k;

-- name: latest_of_session
-- mode: read
-- params: session, after, before, arrival, kinds, top_k
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM interaction AS i CROSS JOIN session AS s ON s.key = i.session
WHERE i.session = :session AND i.moment >= :after AND (i.moment, i.arrival) < (:before, :arrival)
      AND (:kinds IS NULL OR i.kind IN (SELECT value FROM json_each(:kinds)))
ORDER BY i.moment DESC, i.arrival DESC LIMIT :top_k;

-- name: preceding
-- mode: read
-- params: namespace, id, top_k
-- The nearest first.
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM interaction AS this
CROSS JOIN interaction AS i ON i.session = this.session AND (i.moment, i.arrival) < (this.moment, this.arrival)
CROSS JOIN session AS s ON s.key = i.session
WHERE this.namespace = :namespace AND this.id = :id
ORDER BY i.moment DESC, i.arrival DESC LIMIT :top_k;

-- name: pending_vectors
-- mode: read
-- params: namespace, after, top_k
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM interaction AS i CROSS JOIN session AS s ON s.key = i.session
WHERE i.namespace = :namespace AND i.embedded = 0 AND i.arrival > :after
ORDER BY i.arrival LIMIT :top_k;

-- name: pending_facts
-- mode: read
-- params: namespace, after, top_k
SELECT i.id, s.name, i.kind, i.text, i.speaker, i.role, i.at, i.caption, i.title, i.source, i.metadata, i.created_at,
       i.arrival, i.embedded, i.extractor
FROM interaction AS i CROSS JOIN session AS s ON s.key = i.session
WHERE i.namespace = :namespace AND i.extractor IS NULL AND i.arrival > :after
ORDER BY i.arrival LIMIT :top_k;

-- name: sessions
-- mode: read
-- params: namespace, after, top_k
SELECT s.name, (SELECT count(*) FROM interaction AS i WHERE i.session = s.key)
FROM session AS s WHERE s.namespace = :namespace AND s.name > :after
ORDER BY s.name LIMIT :top_k;

-- name: vectors_of
-- mode: read
-- params: keys
SELECT interaction, vector, sentences FROM vector WHERE interaction IN (SELECT value FROM json_each(:keys));

-- name: put_vector
-- mode: write
-- params: interaction, vector, sentences
INSERT INTO vector (interaction, vector, sentences) VALUES (:interaction, :vector, :sentences)
ON CONFLICT (interaction) DO UPDATE SET vector = excluded.vector, sentences = excluded.sentences;

-- name: embedded_interactions
-- mode: read
-- params: namespace
SELECT i.key FROM interaction AS i WHERE i.namespace = :namespace AND i.embedded = 1;

-- name: unembed_interactions
-- mode: write
-- params: keys, seq
UPDATE interaction SET seq = :seq, embedded = 0 WHERE key IN (SELECT value FROM json_each(:keys));

-- name: stats
-- mode: read
-- params: namespace
-- (sessions, interactions, pending, entities, facts, mentions, synonyms, vectors, rulings, nodes, links)
SELECT (SELECT count(*) FROM session AS s WHERE s.namespace = :namespace),
       (SELECT count(*) FROM interaction AS i WHERE i.namespace = :namespace),
       (SELECT count(*) FROM interaction AS i WHERE i.namespace = :namespace AND i.extractor IS NULL)
       + (SELECT count(*) FROM interaction AS i
          WHERE i.namespace = :namespace AND i.embedded = 0 AND i.extractor IS NOT NULL),
       (SELECT count(*) FROM entity AS e WHERE e.namespace = :namespace),
       (SELECT count(*) FROM fact AS f WHERE f.namespace = :namespace),
       (SELECT count(*) FROM entity AS e CROSS JOIN mention AS m ON m.entity = e.key WHERE e.namespace = :namespace),
       (SELECT count(*) FROM entity AS e CROSS JOIN synonym AS y ON y.a = e.key WHERE e.namespace = :namespace),
       (SELECT count(*) FROM interaction AS i WHERE i.namespace = :namespace)
       - (SELECT count(*) FROM interaction AS i WHERE i.namespace = :namespace AND i.embedded = 0),
       (SELECT count(*) FROM ruling AS r WHERE r.namespace = :namespace),
       (SELECT count(*) FROM node AS n WHERE n.namespace = :namespace),
       (SELECT count(*) FROM link AS l WHERE l.namespace = :namespace);
