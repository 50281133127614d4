// Who is the subject of most facts is asked for few of them, and of what is learnt one label at a time.

// name: slots_of_fact
// mode: write
// params:
CREATE RANGE INDEX graphmem_fact_slot IF NOT EXISTS FOR (n:Fact) ON (n.namespace, n.subject_id, n.predicate)

// name: labels_of_learnt
// mode: write
// params:
CREATE RANGE INDEX graphmem_learnt_label IF NOT EXISTS FOR (n:Learnt) ON (n.namespace, n.label, n.id)
