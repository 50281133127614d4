-- name: namespaces
-- mode: read
-- params:
SELECT name, origin, seq, created_at, arrivals FROM namespace ORDER BY name;

-- name: namespace
-- mode: read
-- params: name
SELECT name, origin, seq, created_at, arrivals FROM namespace WHERE name = :name;

-- name: namespace_place
-- mode: read
-- params: name
SELECT key, seq, born, arrivals FROM namespace WHERE name = :name;

-- name: origin_taken
-- mode: read
-- params: origin
SELECT 1 FROM namespace WHERE origin = :origin;

-- name: add_namespace
-- mode: write
-- params: name, origin, created_at
-- Counts on above every namespace that is no more: a reader of a former one of this name must notice.
INSERT INTO namespace (name, origin, seq, born, created_at)
SELECT :name, :origin, CASE seq WHEN 0 THEN 0 ELSE seq + 1 END, seq, :created_at FROM seq_floor;

-- name: take_seq
-- mode: write
-- params: key
UPDATE namespace SET seq = seq + 1 WHERE key = :key;

-- name: take_arrivals
-- mode: write
-- params: key, count
UPDATE namespace SET arrivals = arrivals + :count WHERE key = :key;

-- name: raise_floor
-- mode: write
-- params: seq
UPDATE seq_floor SET seq = max(seq, :seq);

-- name: rename_namespace
-- mode: write
-- params: key, name
UPDATE namespace SET name = :name, seq = (SELECT seq + 1 FROM seq_floor), born = (SELECT seq FROM seq_floor)
WHERE key = :key;

-- name: delete_own_settings
-- mode: write
-- params: key, kinds
DELETE FROM setting
WHERE name IN (SELECT kind.value || ' ' || n.origin FROM namespace AS n CROSS JOIN json_each(:kinds) AS kind WHERE n.key = :key);

-- name: delete_namespace
-- mode: write
-- params: key
DELETE FROM namespace WHERE key = :key;
