// What was decided about facts: a node for each ruling, whether it stands or was undone.

// name: key_of_ruling
// mode: write
// params:
CREATE CONSTRAINT graphmem_ruling_key IF NOT EXISTS FOR (n:Ruling) REQUIRE (n.namespace, n.id) IS UNIQUE

// name: log_of_ruling
// mode: write
// params:
CREATE RANGE INDEX graphmem_ruling_seq IF NOT EXISTS FOR (n:Ruling) ON (n.namespace, n.seq)
