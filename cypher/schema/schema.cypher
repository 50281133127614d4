// The whole schema in its present form, for a new database; a test compares it with the sum of the migrations.

// name: key_of_namespace
// mode: write
// params:
CREATE CONSTRAINT graphmem_namespace_key IF NOT EXISTS FOR (n:Namespace) REQUIRE n.namespace IS UNIQUE

// name: origin_of_namespace
// mode: write
// params:
CREATE CONSTRAINT graphmem_namespace_origin IF NOT EXISTS FOR (n:Namespace) REQUIRE n.origin IS UNIQUE

// name: key_of_setting
// mode: write
// params:
CREATE CONSTRAINT graphmem_setting_key IF NOT EXISTS FOR (n:Setting) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: key_of_migration
// mode: write
// params:
CREATE CONSTRAINT graphmem_migration_key IF NOT EXISTS FOR (n:Migration) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: key_of_floor
// mode: write
// params:
CREATE CONSTRAINT graphmem_floor_key IF NOT EXISTS FOR (n:Floor) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: key_of_session
// mode: write
// params:
CREATE CONSTRAINT graphmem_session_key IF NOT EXISTS FOR (n:Session) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: key_of_interaction
// mode: write
// params:
CREATE CONSTRAINT graphmem_interaction_key IF NOT EXISTS FOR (n:Interaction) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: key_of_entity
// mode: write
// params:
CREATE CONSTRAINT graphmem_entity_key IF NOT EXISTS FOR (n:Entity) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: key_of_alias
// mode: write
// params:
CREATE CONSTRAINT graphmem_alias_key IF NOT EXISTS FOR (n:Alias) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: key_of_fact
// mode: write
// params:
CREATE CONSTRAINT graphmem_fact_key IF NOT EXISTS FOR (n:Fact) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: key_of_tombstone
// mode: write
// params:
CREATE CONSTRAINT graphmem_tombstone_key IF NOT EXISTS FOR (n:Tombstone) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: log_of_interaction
// mode: write
// params:
CREATE RANGE INDEX graphmem_interaction_seq IF NOT EXISTS FOR (n:Interaction) ON (n.namespace, n.seq)

// name: log_of_entity
// mode: write
// params:
CREATE RANGE INDEX graphmem_entity_seq IF NOT EXISTS FOR (n:Entity) ON (n.namespace, n.seq)

// name: log_of_fact
// mode: write
// params:
CREATE RANGE INDEX graphmem_fact_seq IF NOT EXISTS FOR (n:Fact) ON (n.namespace, n.seq)

// name: log_of_tombstone
// mode: write
// params:
CREATE RANGE INDEX graphmem_tombstone_seq IF NOT EXISTS FOR (n:Tombstone) ON (n.namespace, n.seq)

// name: time_of_interaction
// mode: write
// params:
CREATE RANGE INDEX graphmem_interaction_place IF NOT EXISTS FOR (n:Interaction) ON (n.namespace, n.place)

// name: time_within_session
// mode: write
// params:
CREATE RANGE INDEX graphmem_interaction_session IF NOT EXISTS FOR (n:Interaction) ON (n.namespace, n.session, n.place)

// name: interactions_without_vectors
// mode: write
// params:
// Only what waits has the property, so the index holds nothing else.
CREATE RANGE INDEX graphmem_interaction_unembedded IF NOT EXISTS FOR (n:Interaction) ON (n.namespace, n.unembedded)

// name: interactions_without_facts
// mode: write
// params:
CREATE RANGE INDEX graphmem_interaction_undrawn IF NOT EXISTS FOR (n:Interaction) ON (n.namespace, n.undrawn)

// name: names_of_entity
// mode: write
// params:
CREATE RANGE INDEX graphmem_entity_name IF NOT EXISTS FOR (n:Entity) ON (n.namespace, n.name_key)

// name: kinds_of_entity
// mode: write
// params:
CREATE RANGE INDEX graphmem_entity_kind IF NOT EXISTS FOR (n:Entity) ON (n.namespace, n.kind)

// name: names_of_alias
// mode: write
// params:
CREATE RANGE INDEX graphmem_alias_name IF NOT EXISTS FOR (n:Alias) ON (n.namespace, n.name_key)

// name: time_of_fact
// mode: write
// params:
CREATE RANGE INDEX graphmem_fact_moment IF NOT EXISTS FOR (n:Fact) ON (n.namespace, n.moment)

// name: words_of_interaction
// mode: write
// params:
CREATE FULLTEXT INDEX graphmem_interaction_words IF NOT EXISTS
FOR (n:Interaction) ON EACH [n.text, n.title, n.caption, n.nskey] OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}

// name: words_of_fact
// mode: write
// params:
CREATE FULLTEXT INDEX graphmem_fact_words IF NOT EXISTS
FOR (n:Fact) ON EACH [n.text, n.nskey] OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}

// name: words_of_entity
// mode: write
// params:
CREATE FULLTEXT INDEX graphmem_entity_words IF NOT EXISTS
FOR (n:Entity) ON EACH [n.name, n.aliases, n.nskey] OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}

// name: key_of_ruling
// mode: write
// params:
CREATE CONSTRAINT graphmem_ruling_key IF NOT EXISTS FOR (n:Ruling) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: log_of_ruling
// mode: write
// params:
CREATE RANGE INDEX graphmem_ruling_seq IF NOT EXISTS FOR (n:Ruling) ON (n.namespace, n.seq)

// name: key_of_learnt
// mode: write
// params:
CREATE CONSTRAINT graphmem_learnt_key IF NOT EXISTS FOR (n:Learnt) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: log_of_learnt
// mode: write
// params:
CREATE RANGE INDEX graphmem_learnt_seq IF NOT EXISTS FOR (n:Learnt) ON (n.namespace, n.seq)

// name: words_of_learnt
// mode: write
// params:
CREATE FULLTEXT INDEX graphmem_learnt_words IF NOT EXISTS
FOR (n:Learnt) ON EACH [n.name, n.text, n.nskey] OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}

// name: log_of_has_step
// mode: write
// params:
CREATE RANGE INDEX graphmem_has_step_seq IF NOT EXISTS FOR ()-[n:HAS_STEP]-() ON (n.namespace, n.seq)

// name: log_of_inspired
// mode: write
// params:
CREATE RANGE INDEX graphmem_inspired_seq IF NOT EXISTS FOR ()-[n:INSPIRED]-() ON (n.namespace, n.seq)

// name: log_of_similar_to
// mode: write
// params:
CREATE RANGE INDEX graphmem_similar_to_seq IF NOT EXISTS FOR ()-[n:SIMILAR_TO]-() ON (n.namespace, n.seq)

// name: log_of_sub_query_of
// mode: write
// params:
CREATE RANGE INDEX graphmem_sub_query_of_seq IF NOT EXISTS FOR ()-[n:SUB_QUERY_OF]-() ON (n.namespace, n.seq)

// name: log_of_supported_by
// mode: write
// params:
CREATE RANGE INDEX graphmem_supported_by_seq IF NOT EXISTS FOR ()-[n:SUPPORTED_BY]-() ON (n.namespace, n.seq)

// name: log_of_contextualises
// mode: write
// params:
CREATE RANGE INDEX graphmem_contextualises_seq IF NOT EXISTS FOR ()-[n:CONTEXTUALISES]-() ON (n.namespace, n.seq)

// name: log_of_used
// mode: write
// params:
CREATE RANGE INDEX graphmem_used_seq IF NOT EXISTS FOR ()-[n:USED]-() ON (n.namespace, n.seq)

// name: log_of_in_community
// mode: write
// params:
CREATE RANGE INDEX graphmem_in_community_seq IF NOT EXISTS FOR ()-[n:IN_COMMUNITY]-() ON (n.namespace, n.seq)

// name: log_of_part_of
// mode: write
// params:
CREATE RANGE INDEX graphmem_part_of_seq IF NOT EXISTS FOR ()-[n:PART_OF]-() ON (n.namespace, n.seq)

// name: log_of_derived_from
// mode: write
// params:
CREATE RANGE INDEX graphmem_derived_from_seq IF NOT EXISTS FOR ()-[n:DERIVED_FROM]-() ON (n.namespace, n.seq)

// name: log_of_describes
// mode: write
// params:
CREATE RANGE INDEX graphmem_describes_seq IF NOT EXISTS FOR ()-[n:DESCRIBES]-() ON (n.namespace, n.seq)

// name: log_of_related_to
// mode: write
// params:
CREATE RANGE INDEX graphmem_related_to_seq IF NOT EXISTS FOR ()-[n:RELATED_TO]-() ON (n.namespace, n.seq)

// name: log_of_supersedes
// mode: write
// params:
CREATE RANGE INDEX graphmem_supersedes_seq IF NOT EXISTS FOR ()-[n:SUPERSEDES]-() ON (n.namespace, n.seq)

// name: log_of_revises
// mode: write
// params:
CREATE RANGE INDEX graphmem_revises_seq IF NOT EXISTS FOR ()-[n:REVISES]-() ON (n.namespace, n.seq)

// name: slots_of_fact
// mode: write
// params:
CREATE RANGE INDEX graphmem_fact_slot IF NOT EXISTS FOR (n:Fact) ON (n.namespace, n.subject_id, n.predicate)

// name: labels_of_learnt
// mode: write
// params:
CREATE RANGE INDEX graphmem_learnt_label IF NOT EXISTS FOR (n:Learnt) ON (n.namespace, n.label, n.id)
