-- The kind of an entity is elected from its mentions: each has the kind that its text showed, NULL where it showed none
-- (as all did before), and their votes are counted on the entity.

ALTER TABLE mention ADD COLUMN kind TEXT;
ALTER TABLE entity ADD COLUMN base TEXT NOT NULL DEFAULT 'unknown';  -- its kind apart from mentions
ALTER TABLE entity ADD COLUMN told INTEGER NOT NULL DEFAULT 0;       -- 1: base is a caller's word, and outvotes mentions
ALTER TABLE entity ADD COLUMN votes TEXT NOT NULL DEFAULT '{}';      -- JSON: mentions by kind
UPDATE entity SET base = kind;

PRAGMA user_version = 4;
