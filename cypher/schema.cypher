// What the store knows of its schema: the indexes there are, and the migrations that were run.

// name: indexes
// mode: admin
// params:
// (name, type, labels, properties, analyser, state, whether a constraint owns it) of every index of the database.
SHOW INDEXES YIELD name, type, labelsOrTypes, properties, options, state, owningConstraint
RETURN name, type, labelsOrTypes, properties, options.indexConfig['fulltext.analyzer'] AS analyzer, state,
       owningConstraint IS NOT NULL AS constrained
ORDER BY name

// name: wait_for_indexes
// mode: admin
// params: seconds
CALL db.awaitIndexes($seconds)

// name: relationship_types
// mode: admin
// params:
CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType ORDER BY relationshipType

// name: recorded_migrations
// mode: admin
// params:
// (version, name, checksum) of every migration that was run, in order.
MATCH (m:Migration {namespace: ''}) RETURN m.version, m.name, m.checksum ORDER BY m.version

// name: add_migration
// mode: write
// params: id, version, name, checksum, now
MERGE (m:Migration {namespace: '', id: $id})
ON CREATE SET m.version = $version, m.name = $name, m.checksum = $checksum, m.created_at = $now

// name: add_floor
// mode: write
// params:
// The highest seq of any namespace that was erased or renamed: a new one of the same name counts on above it, so that a
// reader who knows the former one notices.
MERGE (f:Floor {namespace: '', id: 'seq'}) ON CREATE SET f.seq = 0, f.name = 'seq floor'

// name: setting
// mode: admin
// params: name
MATCH (s:Setting {namespace: '', id: $name}) RETURN s.value

// name: add_setting
// mode: write
// params: name, value
MERGE (s:Setting {namespace: '', id: $name}) ON CREATE SET s.name = $name, s.value = $value RETURN s.value

// name: replace_setting
// mode: write
// params: name, value
MERGE (s:Setting {namespace: '', id: $name}) SET s.name = $name, s.value = $value RETURN s.value
