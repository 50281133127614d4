-- The statements of the cache of token vectors (graphmem/models/token_cache.py). What is here was made of texts in a
-- store, is deleted with them, and can be made of them again: a file that is deleted costs time, and nothing else.

-- name: haste
PRAGMA synchronous = NORMAL;

-- name: overwrite
PRAGMA secure_delete = ON;

-- name: empty_journal
PRAGMA wal_checkpoint(TRUNCATE);

-- name: create_heads
CREATE TABLE IF NOT EXISTS token_head (
  namespace TEXT PRIMARY KEY, birth TEXT NOT NULL, model TEXT NOT NULL, seq INTEGER NOT NULL
);

-- name: create_rows
CREATE TABLE IF NOT EXISTS token_row (
  namespace TEXT NOT NULL, interaction TEXT NOT NULL, arrival INTEGER NOT NULL, tokens BLOB NOT NULL,
  UNIQUE (namespace, interaction)
);

-- name: head
SELECT birth, model, seq FROM token_head WHERE namespace = :namespace;

-- name: set_head
INSERT INTO token_head (namespace, birth, model, seq) VALUES (:namespace, :birth, :model, :seq)
ON CONFLICT (namespace) DO UPDATE SET birth = :birth, model = :model, seq = :seq;

-- name: set_seq
-- Never back: whoever is behind keeps no rows of what others have seen forgotten meanwhile.
UPDATE token_head SET seq = max(seq, :seq) WHERE namespace = :namespace;

-- name: find
SELECT interaction, arrival, tokens FROM token_row
WHERE namespace = :namespace AND interaction IN (SELECT value FROM json_each(:ids));

-- name: put
INSERT INTO token_row (namespace, interaction, arrival, tokens) VALUES (:namespace, :interaction, :arrival, :tokens)
ON CONFLICT (namespace, interaction) DO UPDATE SET arrival = :arrival, tokens = :tokens;

-- name: forget
DELETE FROM token_row WHERE namespace = :namespace AND interaction IN (SELECT value FROM json_each(:ids));

-- name: outdated
DELETE FROM token_row WHERE namespace = :namespace AND interaction = :interaction AND arrival <> :arrival;

-- name: drop_rows
DELETE FROM token_row WHERE namespace = :namespace;

-- name: drop_head
DELETE FROM token_head WHERE namespace = :namespace;

-- name: size
SELECT count(*), total(length(tokens)) FROM token_row WHERE namespace = :namespace;
