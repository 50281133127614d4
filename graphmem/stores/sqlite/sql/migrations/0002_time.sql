-- What was decided about facts. A ruling on the fact `older` stands until it expires; `closed_at` and `expired_at` of a
-- fact follow from the rulings on it that stand.

ALTER TABLE fact ADD COLUMN closed_at INTEGER;
CREATE INDEX fact_slot ON fact (subject, predicate);

CREATE TABLE ruling (
    key        INTEGER PRIMARY KEY,
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    seq        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    kind       TEXT NOT NULL,
    older      INTEGER NOT NULL REFERENCES fact (key),
    newer      INTEGER REFERENCES fact (key),
    at         INTEGER,                   -- NULL: from its beginning
    until      INTEGER,                   -- NULL: for good
    reason     TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    evidence   INTEGER REFERENCES interaction (key),
    created_at INTEGER NOT NULL,
    expired_at INTEGER,                   -- NULL: it stands
    UNIQUE (namespace, id)
);
CREATE INDEX ruling_seq ON ruling (namespace, seq, id);
CREATE INDEX ruling_older ON ruling (older);
CREATE INDEX ruling_newer ON ruling (newer);
CREATE INDEX ruling_evidence ON ruling (evidence);

PRAGMA user_version = 2;
