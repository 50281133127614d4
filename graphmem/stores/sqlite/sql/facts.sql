-- name: fact_states
-- mode: read
-- params: namespace, ids
-- (key, then the columns of a fact as told, sources apart) of the facts that are there.
SELECT f.key, f.id, s.name, f.predicate, o.name, f.valid_at, f.invalid_at, f.negated, f.modality, f.text, s.id, o.id,
       f.confidence, f.at, f.created_at, f.expired_at, f.extractor, f.closed_at
FROM json_each(:ids) AS wanted
CROSS JOIN fact AS f ON f.namespace = :namespace AND f.id = wanted.value
CROSS JOIN entity AS s ON s.key = f.subject CROSS JOIN entity AS o ON o.key = f.object;

-- name: fact_keys
-- mode: read
-- params: namespace, ids
SELECT f.id, f.key FROM json_each(:ids) AS wanted
CROSS JOIN fact AS f ON f.namespace = :namespace AND f.id = wanted.value;

-- name: add_fact
-- mode: write
-- params: namespace, seq, id, subject, predicate, object, valid_at, invalid_at, negated, modality, text, confidence, at, created_at, expired_at, extractor
INSERT INTO fact (namespace, seq, id, subject, predicate, object, valid_at, invalid_at, negated, modality, text,
                  confidence, at, created_at, expired_at, extractor)
VALUES (:namespace, :seq, :id, :subject, :predicate, :object, :valid_at, :invalid_at, :negated, :modality, :text,
        :confidence, :at, :created_at, :expired_at, :extractor);

-- name: update_fact
-- mode: write
-- params: key, seq, text, confidence, at, created_at, expired_at, extractor
UPDATE fact SET seq = :seq, text = :text, confidence = :confidence, at = :at, created_at = :created_at,
                expired_at = :expired_at, extractor = :extractor
WHERE key = :key;

-- name: assertions_of
-- mode: read
-- params: keys
-- (fact key, fact id, interaction id), each fact's by (moment, id).
SELECT f.key, f.id, i.id FROM json_each(:keys) AS wanted
CROSS JOIN fact AS f ON f.key = wanted.value
CROSS JOIN assertion AS a ON a.fact = f.key
CROSS JOIN interaction AS i ON i.key = a.interaction
ORDER BY f.id, i.moment, i.id;

-- name: add_assertion
-- mode: write
-- params: fact, interaction
INSERT INTO assertion (fact, interaction) VALUES (:fact, :interaction);

-- name: fact_keys_by_id
-- mode: read
-- params: namespace, ids
SELECT f.key FROM json_each(:ids) AS wanted
CROSS JOIN fact AS f ON f.namespace = :namespace AND f.id = wanted.value;

-- name: fact_keys_about
-- mode: read
-- params: namespace, entities
SELECT f.key FROM json_each(:entities) AS wanted
CROSS JOIN entity AS e ON e.namespace = :namespace AND e.id = wanted.value
CROSS JOIN fact AS f ON f.subject = e.key
UNION
SELECT f.key FROM json_each(:entities) AS wanted
CROSS JOIN entity AS e ON e.namespace = :namespace AND e.id = wanted.value
CROSS JOIN fact AS f ON f.object = e.key;

-- name: fact_keys_asserted_by
-- mode: read
-- params: namespace, interactions
SELECT DISTINCT a.fact FROM json_each(:interactions) AS wanted
CROSS JOIN interaction AS i ON i.namespace = :namespace AND i.id = wanted.value
CROSS JOIN assertion AS a ON a.interaction = i.key;

-- name: fact_keys_of_subjects
-- mode: read
-- params: namespace, subjects, objects
SELECT f.key FROM json_each(:subjects) AS wanted
CROSS JOIN entity AS e ON e.namespace = :namespace AND e.id = wanted.value
CROSS JOIN fact AS f ON f.subject = e.key
WHERE :objects IS NULL
      OR f.object IN (SELECT o.key FROM json_each(:objects) AS value
                      CROSS JOIN entity AS o ON o.namespace = :namespace AND o.id = value.value);

-- name: fact_keys_of_slots
-- mode: read
-- params: namespace, subjects, predicates, objects
SELECT f.key FROM json_each(:subjects) AS wanted
CROSS JOIN entity AS e ON e.namespace = :namespace AND e.id = wanted.value
CROSS JOIN json_each(:predicates) AS slot
CROSS JOIN fact AS f ON f.subject = e.key AND f.predicate = slot.value
WHERE :objects IS NULL
      OR f.object IN (SELECT o.key FROM json_each(:objects) AS value
                      CROSS JOIN entity AS o ON o.namespace = :namespace AND o.id = value.value);

-- name: sayings_of
-- mode: read
-- params: namespace, facts
-- (interaction id, fact id, instant), each fact's by (instant, interaction id), undated ones first.
SELECT i.id, f.id, i.at FROM json_each(:facts) AS wanted
CROSS JOIN fact AS f ON f.namespace = :namespace AND f.id = wanted.value
CROSS JOIN assertion AS a ON a.fact = f.key
CROSS JOIN interaction AS i ON i.key = a.interaction
ORDER BY f.id, i.moment, i.id;

-- name: facts_by_key
-- mode: read
-- params: keys, predicates, expired, top_k
SELECT f.key, f.id, s.name, f.predicate, o.name, f.valid_at, f.invalid_at, f.negated, f.modality, f.text, s.id, o.id,
       f.confidence, f.at, f.created_at, f.expired_at, f.extractor, f.closed_at
FROM json_each(:keys) AS wanted
CROSS JOIN fact AS f ON f.key = wanted.value
CROSS JOIN entity AS s ON s.key = f.subject CROSS JOIN entity AS o ON o.key = f.object
WHERE (:predicates IS NULL OR f.predicate IN (SELECT value FROM json_each(:predicates)))
      AND (:expired OR f.expired_at IS NULL)
ORDER BY f.at DESC, f.id LIMIT :top_k;

-- Undated facts come last: NULL sorts below every instant.

-- name: facts_of_namespace
-- mode: read
-- params: namespace, predicates, expired, top_k
SELECT f.key, f.id, s.name, f.predicate, o.name, f.valid_at, f.invalid_at, f.negated, f.modality, f.text, s.id, o.id,
       f.confidence, f.at, f.created_at, f.expired_at, f.extractor, f.closed_at
FROM fact AS f CROSS JOIN entity AS s ON s.key = f.subject CROSS JOIN entity AS o ON o.key = f.object
WHERE f.namespace = :namespace
      AND (:predicates IS NULL OR f.predicate IN (SELECT value FROM json_each(:predicates)))
      AND (:expired OR f.expired_at IS NULL)
ORDER BY f.at DESC, f.id LIMIT :top_k;
