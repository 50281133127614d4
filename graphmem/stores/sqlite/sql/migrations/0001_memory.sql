-- The memory's first schema. Integer keys inside, string ids outside; instants are microseconds since 1970 in UTC;
-- seq is the namespace's change counter when the row was last touched. No FTS: words are scored in the index.

PRAGMA application_id = 1196246349;  -- "GMEM"

CREATE TABLE migration (
    version    INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL
);

CREATE TABLE setting (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL
) WITHOUT ROWID;

-- The highest seq of any namespace that was erased or renamed: a new one of the same name counts on above it, so that
-- a reader who knows the former one notices.
CREATE TABLE seq_floor (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    seq        INTEGER NOT NULL
);
INSERT INTO seq_floor (one, seq) VALUES (1, 0);

CREATE TABLE namespace (
    key        INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    origin     TEXT NOT NULL UNIQUE,
    seq        INTEGER NOT NULL,
    born       INTEGER NOT NULL,          -- seq at which this life of the name began
    arrivals   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
);

CREATE TABLE session (
    key        INTEGER PRIMARY KEY,
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    name       TEXT NOT NULL,
    UNIQUE (namespace, name)
);

CREATE TABLE interaction (
    key        INTEGER PRIMARY KEY,
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    seq        INTEGER NOT NULL,
    arrival    INTEGER NOT NULL,
    id         TEXT NOT NULL,
    session    INTEGER NOT NULL REFERENCES session (key),
    kind       TEXT NOT NULL,
    at         INTEGER,                   -- NULL: the event's time is unknown
    moment     INTEGER GENERATED ALWAYS AS (ifnull(at, -9223372036854775808)) VIRTUAL,
    embedded   INTEGER NOT NULL DEFAULT 0,
    extractor  TEXT,                      -- NULL: its facts are still to be drawn
    speaker    TEXT,
    role       TEXT,
    created_at INTEGER NOT NULL,
    title      TEXT,
    source     TEXT,
    caption    TEXT,
    metadata   TEXT,                      -- JSON; NULL: none
    text       TEXT NOT NULL,
    UNIQUE (namespace, id)
);
CREATE INDEX interaction_seq ON interaction (namespace, seq, arrival);
CREATE UNIQUE INDEX interaction_arrival ON interaction (namespace, arrival);
CREATE INDEX interaction_time ON interaction (namespace, moment, arrival);
CREATE INDEX interaction_session ON interaction (session, moment, arrival);
CREATE INDEX interaction_undrawn ON interaction (namespace, arrival) WHERE extractor IS NULL;
CREATE INDEX interaction_unembedded ON interaction (namespace, arrival) WHERE embedded = 0;

-- float32, little-endian: `vector` d of them, `sentences` k x d.
CREATE TABLE vector (
    interaction INTEGER PRIMARY KEY REFERENCES interaction (key),
    vector     BLOB NOT NULL,
    sentences  BLOB NOT NULL
);

CREATE TABLE entity (
    key        INTEGER PRIMARY KEY,
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    seq        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    kind       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (namespace, id)
);
CREATE INDEX entity_seq ON entity (namespace, seq, id);
CREATE INDEX entity_name ON entity (namespace, name_key);

CREATE TABLE alias (
    entity     INTEGER NOT NULL REFERENCES entity (key),
    name       TEXT NOT NULL,
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    name_key   TEXT NOT NULL,
    PRIMARY KEY (entity, name)
) WITHOUT ROWID;
CREATE INDEX alias_name ON alias (namespace, name_key, entity);

CREATE TABLE mention (
    interaction INTEGER NOT NULL REFERENCES interaction (key),
    entity     INTEGER NOT NULL REFERENCES entity (key),
    count      INTEGER NOT NULL,
    about      INTEGER NOT NULL,
    weight     REAL NOT NULL,
    source     TEXT NOT NULL,
    PRIMARY KEY (interaction, entity)
) WITHOUT ROWID;
CREATE INDEX mention_entity ON mention (entity, interaction);

CREATE TABLE fact (
    key        INTEGER PRIMARY KEY,
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    seq        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    subject    INTEGER NOT NULL REFERENCES entity (key),
    predicate  TEXT NOT NULL,
    object     INTEGER NOT NULL REFERENCES entity (key),
    valid_at   INTEGER,
    invalid_at INTEGER,
    negated    INTEGER NOT NULL,
    modality   TEXT,
    text       TEXT NOT NULL,
    confidence REAL NOT NULL,
    at         INTEGER,                   -- earliest instant of the interactions that assert it
    created_at INTEGER NOT NULL,
    expired_at INTEGER,
    extractor  TEXT NOT NULL,
    UNIQUE (namespace, id)
);
CREATE INDEX fact_seq ON fact (namespace, seq, id);
CREATE INDEX fact_said ON fact (namespace, at DESC, id);
CREATE INDEX fact_subject ON fact (subject, valid_at, invalid_at, object);
CREATE INDEX fact_object ON fact (object, valid_at, invalid_at, subject);

CREATE TABLE assertion (
    fact       INTEGER NOT NULL REFERENCES fact (key),
    interaction INTEGER NOT NULL REFERENCES interaction (key),
    PRIMARY KEY (fact, interaction)
) WITHOUT ROWID;
CREATE INDEX assertion_interaction ON assertion (interaction, fact);

CREATE TABLE synonym (
    a          INTEGER NOT NULL REFERENCES entity (key),
    b          INTEGER NOT NULL REFERENCES entity (key),
    method     TEXT NOT NULL,
    score      REAL NOT NULL,
    PRIMARY KEY (a, b, method)
) WITHOUT ROWID;
CREATE INDEX synonym_b ON synonym (b);

CREATE TABLE tombstone (
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    label      TEXT NOT NULL,
    id         TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    PRIMARY KEY (namespace, label, id)
) WITHOUT ROWID;
CREATE INDEX tombstone_seq ON tombstone (namespace, seq);

PRAGMA user_version = 1;
