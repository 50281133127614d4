-- The statements of the embedding cache (graphmem/models/cache.py). Keys are sha256 in hexadecimal, vectors are
-- little-endian float32. Nothing here is worth keeping: a cache that is deleted is computed anew.

-- name: create
CREATE TABLE IF NOT EXISTS cached_vector (key TEXT PRIMARY KEY, vector BLOB NOT NULL);

-- name: find
SELECT key, vector FROM cached_vector WHERE key IN (SELECT value FROM json_each(:keys));

-- name: put
INSERT OR IGNORE INTO cached_vector (key, vector) VALUES (:key, :vector);
