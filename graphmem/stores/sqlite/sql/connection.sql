-- What a connection is set to, and how a transaction begins and ends.

-- name: application_id
-- mode: read
-- params:
PRAGMA application_id;

-- name: user_version
-- mode: read
-- params:
PRAGMA user_version;

-- name: count_tables
-- mode: read
-- params:
SELECT count(*) FROM sqlite_master;

-- name: use_foreign_keys
-- mode: write
-- params:
PRAGMA foreign_keys = ON;

-- name: use_secure_delete
-- mode: write
-- params:
-- What is deleted is overwritten with zeros.
PRAGMA secure_delete = ON;

-- name: use_full_sync
-- mode: write
-- params:
-- A commit has reached the disk when it returns.
PRAGMA synchronous = FULL;

-- name: use_memory_for_temporaries
-- mode: write
-- params:
-- Sorted texts never spill into a temporary file.
PRAGMA temp_store = MEMORY;

-- name: use_cache
-- mode: write
-- params:
-- 32 MB of pages.
PRAGMA cache_size = -32768;

-- name: use_wal
-- mode: write
-- params:
PRAGMA journal_mode = WAL;

-- name: truncate_wal
-- mode: write
-- params:
-- Returns (busy, ...): 1 where another connection kept the log from being emptied.
PRAGMA wal_checkpoint (TRUNCATE);

-- name: begin_write
-- mode: write
-- params:
BEGIN IMMEDIATE;

-- name: begin_read
-- mode: write
-- params:
BEGIN;

-- name: commit
-- mode: write
-- params:
COMMIT;

-- name: rollback
-- mode: write
-- params:
ROLLBACK;

-- name: size
-- mode: read
-- params:
-- Bytes of the database without its log.
SELECT p.page_count * s.page_size FROM pragma_page_count AS p, pragma_page_size AS s;

-- name: migrations
-- mode: read
-- params:
-- (version, name, checksum) of every migration that was run, in order.
SELECT version, name, checksum FROM migration ORDER BY version;

-- name: add_migration
-- mode: write
-- params: version, name, checksum
INSERT INTO migration (version, name, checksum) VALUES (:version, :name, :checksum);

-- name: setting
-- mode: read
-- params: name
SELECT value FROM setting WHERE name = :name;

-- name: add_setting
-- mode: write
-- params: name, value
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;

-- name: replace_setting
-- mode: write
-- params: name, value
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
