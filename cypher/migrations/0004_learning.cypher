// What is learnt: nodes that have the label Learnt beside their own, so that one key finds them, and links of a few types.

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
