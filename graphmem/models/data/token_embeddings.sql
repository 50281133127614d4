-- The statements of the cache of token embeddings (graphmem/models/token_embeddings.py), for benchmark runs: keys are
-- sha256 in hexadecimal, spans a JSON list of (start, end), vectors little-endian float16, a row per token.

-- name: create
CREATE TABLE IF NOT EXISTS cached_tokens (key TEXT PRIMARY KEY, spans TEXT NOT NULL, vectors BLOB NOT NULL);

-- name: find
SELECT key, spans, vectors FROM cached_tokens WHERE key IN (SELECT value FROM json_each(:keys));

-- name: put
INSERT OR IGNORE INTO cached_tokens (key, spans, vectors) VALUES (:key, :spans, :vectors);
