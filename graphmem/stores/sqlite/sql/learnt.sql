-- What is learnt: nodes by id, and links by (type, source, target, parallel), whose ends are ids of nodes, interactions,
-- entities or facts.

-- name: node_states
-- mode: read
-- params: namespace, ids
-- (id, key, revision, label, name, text, attributes, at, created_at, expired_at, vector) of the nodes that are there.
SELECT n.id, n.key, n.revision, n.label, n.name, n.text, n.attributes, n.at, n.created_at, n.expired_at, n.vector
FROM json_each(:ids) AS wanted CROSS JOIN node AS n ON n.namespace = :namespace AND n.id = wanted.value;

-- name: add_node
-- mode: write
-- params: namespace, seq, id, revision, label, name, text, attributes, at, created_at, expired_at, vector
INSERT INTO node (namespace, seq, id, revision, label, name, text, attributes, at, created_at, expired_at, vector)
VALUES (:namespace, :seq, :id, :revision, :label, :name, :text, :attributes, :at, :created_at, :expired_at, :vector);

-- name: update_node
-- mode: write
-- params: key, seq, revision, name, text, attributes, at, created_at, expired_at, vector
UPDATE node SET seq = :seq, revision = :revision, name = :name, text = :text, attributes = :attributes, at = :at,
                created_at = :created_at, expired_at = :expired_at, vector = :vector
WHERE key = :key;

-- name: nodes_of_namespace
-- mode: read
-- params: namespace, labels, given, expired, after, top_k
-- Nodes by id whose attributes equal those given: a value as such, with true and 1, or a list and its text, told apart.
SELECT n.id, n.label, n.name, n.text, n.attributes, n.at, n.created_at, n.expired_at, n.revision, n.vector
FROM node AS n
WHERE n.namespace = :namespace AND n.id > :after AND (:expired OR n.expired_at IS NULL)
      AND (:labels IS NULL OR n.label IN (SELECT value FROM json_each(:labels)))
      AND NOT EXISTS (
          SELECT 1 FROM json_each(:given) AS g
          WHERE json_extract(n.attributes, '$.' || g.key) IS NOT g.value
             OR (CASE json_type(n.attributes, '$.' || g.key)
                 WHEN 'true' THEN 1 WHEN 'false' THEN 1 WHEN 'array' THEN 2 ELSE 0 END)
                <> (CASE g.type WHEN 'true' THEN 1 WHEN 'false' THEN 1 WHEN 'array' THEN 2 ELSE 0 END))
ORDER BY n.id LIMIT :top_k;

-- name: nodes_named
-- mode: read
-- params: namespace, ids, labels, given, expired, after, top_k
SELECT n.id, n.label, n.name, n.text, n.attributes, n.at, n.created_at, n.expired_at, n.revision, n.vector
FROM json_each(:ids) AS wanted CROSS JOIN node AS n ON n.namespace = :namespace AND n.id = wanted.value
WHERE n.id > :after AND (:expired OR n.expired_at IS NULL)
      AND (:labels IS NULL OR n.label IN (SELECT value FROM json_each(:labels)))
      AND NOT EXISTS (
          SELECT 1 FROM json_each(:given) AS g
          WHERE json_extract(n.attributes, '$.' || g.key) IS NOT g.value
             OR (CASE json_type(n.attributes, '$.' || g.key)
                 WHEN 'true' THEN 1 WHEN 'false' THEN 1 WHEN 'array' THEN 2 ELSE 0 END)
                <> (CASE g.type WHEN 'true' THEN 1 WHEN 'false' THEN 1 WHEN 'array' THEN 2 ELSE 0 END))
ORDER BY n.id LIMIT :top_k;

-- name: ends_known
-- mode: read
-- params: namespace, ids
-- Those among the ids that something has.
SELECT wanted.value FROM json_each(:ids) AS wanted
WHERE EXISTS (SELECT 1 FROM node AS n WHERE n.namespace = :namespace AND n.id = wanted.value)
   OR EXISTS (SELECT 1 FROM interaction AS i WHERE i.namespace = :namespace AND i.id = wanted.value)
   OR EXISTS (SELECT 1 FROM entity AS e WHERE e.namespace = :namespace AND e.id = wanted.value)
   OR EXISTS (SELECT 1 FROM fact AS f WHERE f.namespace = :namespace AND f.id = wanted.value);

-- name: link_state
-- mode: read
-- params: namespace, type, source, target, parallel
-- (key, attributes, created_at) of a link.
SELECT l.key, l.attributes, l.created_at FROM link AS l
WHERE l.namespace = :namespace AND l.type = :type AND l.source = :source AND l.target = :target
      AND l.parallel = :parallel;

-- name: add_link
-- mode: write
-- params: namespace, seq, type, source, target, parallel, attributes, created_at
INSERT INTO link (namespace, seq, type, source, target, parallel, attributes, created_at)
VALUES (:namespace, :seq, :type, :source, :target, :parallel, :attributes, :created_at);

-- name: update_link
-- mode: write
-- params: key, seq, attributes, created_at
UPDATE link SET seq = :seq, attributes = :attributes, created_at = :created_at WHERE key = :key;

-- name: link_keys_from
-- mode: read
-- params: namespace, ids
SELECT l.key FROM json_each(:ids) AS wanted CROSS JOIN link AS l ON l.namespace = :namespace AND l.source = wanted.value;

-- name: link_keys_to
-- mode: read
-- params: namespace, ids
SELECT l.key FROM json_each(:ids) AS wanted CROSS JOIN link AS l ON l.namespace = :namespace AND l.target = wanted.value;

-- name: links_by_key
-- mode: read
-- params: keys, types, top_k
SELECT l.type, l.source, l.target, l.parallel, l.attributes, l.created_at
FROM link AS l WHERE l.key IN (SELECT value FROM json_each(:keys))
      AND (:types IS NULL OR l.type IN (SELECT value FROM json_each(:types)))
ORDER BY l.type, l.source, l.target, l.parallel LIMIT :top_k;

-- name: links_of_namespace
-- mode: read
-- params: namespace, types, top_k
SELECT l.type, l.source, l.target, l.parallel, l.attributes, l.created_at
FROM link AS l WHERE l.namespace = :namespace
      AND (:types IS NULL OR l.type IN (SELECT value FROM json_each(:types)))
ORDER BY l.type, l.source, l.target, l.parallel LIMIT :top_k;

-- name: touched_nodes
-- mode: read
-- params: namespace, since, upto
SELECT n.id, n.label, n.name, n.text, n.attributes, n.at, n.created_at, n.expired_at, n.revision, n.vector
FROM node AS n WHERE n.namespace = :namespace AND n.seq > :since AND n.seq <= :upto
ORDER BY n.seq, n.id;

-- name: touched_links
-- mode: read
-- params: namespace, since, upto
SELECT l.type, l.source, l.target, l.parallel, l.attributes, l.created_at
FROM link AS l WHERE l.namespace = :namespace AND l.seq > :since AND l.seq <= :upto
ORDER BY l.seq, l.type, l.source, l.target, l.parallel;

-- name: all_nodes
-- mode: read
-- params: namespace
SELECT n.id FROM node AS n WHERE n.namespace = :namespace;

-- name: nodes_standing_on
-- mode: read
-- params: namespace, ids, types
-- The nodes that a link of these types leads from to one of these ids.
SELECT n.id FROM node AS n WHERE n.namespace = :namespace AND n.id IN (
    SELECT l.source FROM json_each(:ids) AS wanted
    CROSS JOIN link AS l ON l.namespace = :namespace AND l.target = wanted.value
    WHERE l.type IN (SELECT value FROM json_each(:types)));

-- name: bury_links
-- mode: write
-- params: keys, seq
INSERT INTO tombstone (namespace, label, id, seq)
SELECT l.namespace, 'Link', l.type || ' ' || l.source || ' ' || l.target || ' ' || l.parallel, :seq
FROM link AS l WHERE l.key IN (SELECT value FROM json_each(:keys));

-- name: delete_links
-- mode: write
-- params: keys
DELETE FROM link WHERE key IN (SELECT value FROM json_each(:keys));

-- name: bury_nodes
-- mode: write
-- params: namespace, ids, seq
INSERT INTO tombstone (namespace, label, id, seq)
SELECT n.namespace, n.label, n.id, :seq FROM json_each(:ids) AS wanted
CROSS JOIN node AS n ON n.namespace = :namespace AND n.id = wanted.value;

-- name: delete_nodes
-- mode: write
-- params: namespace, ids
DELETE FROM node WHERE namespace = :namespace AND id IN (SELECT value FROM json_each(:ids));

-- name: drop_node_vectors
-- mode: write
-- params: namespace, seq
UPDATE node SET seq = :seq, vector = NULL WHERE namespace = :namespace AND vector IS NOT NULL;
