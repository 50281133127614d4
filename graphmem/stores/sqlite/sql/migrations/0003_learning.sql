-- What is learnt from interactions: nodes of a few labels, and links between any two nodes by their ids.

CREATE TABLE node (
    key        INTEGER PRIMARY KEY,
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    seq        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    label      TEXT NOT NULL,
    name       TEXT NOT NULL,
    text       TEXT NOT NULL,
    attributes TEXT NOT NULL,             -- JSON, an object
    at         INTEGER,
    created_at INTEGER NOT NULL,
    expired_at INTEGER,
    revision   INTEGER NOT NULL,
    vector     BLOB,                      -- float32, little-endian
    UNIQUE (namespace, id)
);
CREATE INDEX node_seq ON node (namespace, seq, id);
CREATE INDEX node_label ON node (namespace, label, id);

CREATE TABLE link (
    key        INTEGER PRIMARY KEY,
    namespace  INTEGER NOT NULL REFERENCES namespace (key),
    seq        INTEGER NOT NULL,
    type       TEXT NOT NULL,
    source     TEXT NOT NULL,             -- id of a node, interaction, entity or fact
    target     TEXT NOT NULL,
    parallel   TEXT NOT NULL,             -- tells links of one type between the same two apart
    attributes TEXT NOT NULL,             -- JSON, an object
    created_at INTEGER NOT NULL,
    UNIQUE (namespace, type, source, target, parallel)
);
CREATE INDEX link_seq ON link (namespace, seq);
CREATE INDEX link_source ON link (namespace, source, type);
CREATE INDEX link_target ON link (namespace, target, type);

PRAGMA user_version = 3;
