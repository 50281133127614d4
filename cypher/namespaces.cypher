// name: namespaces
// mode: admin
// params:
MATCH (c:Namespace) WHERE c.namespace IS NOT NULL AND c.origin IS NOT NULL
RETURN c.namespace, c.origin, c.seq, c.created_at.epochMillis * 1000 + c.created_at.microsecond % 1000, c.arrivals
ORDER BY c.namespace

// name: namespace_named
// mode: read
// params: namespace, top_k
MATCH (c:Namespace {namespace: $namespace})
RETURN c.namespace, c.origin, c.seq, c.created_at.epochMillis * 1000 + c.created_at.microsecond % 1000, c.arrivals
ORDER BY c.namespace LIMIT $top_k

// name: namespace_place
// mode: read
// params: namespace, top_k
MATCH (c:Namespace {namespace: $namespace})
RETURN c.seq, c.born, c.arrivals, c.searched IS NOT NULL,
       EXISTS { MATCH (t:Tombstone) WHERE t.namespace = $namespace AND t.id IS NOT NULL }
ORDER BY c.namespace LIMIT $top_k

// name: namespace_seq
// mode: admin
// params: namespace
// The counter, with what `condition` tells: every recall asks for it.
MATCH (c:Namespace {namespace: $namespace}) RETURN c.seq, c.erasing, c.renaming, c.arriving

// name: take_seq
// mode: write
// params: namespace
// The first act of every write: it holds the namespace until the transaction ends. The counter is added to in one
// expression, because one that is read and then set loses updates.
MATCH (c:Namespace {namespace: $namespace}) SET c.seq = c.seq + 1
RETURN c.seq, c.born, c.arrivals, c.searched IS NOT NULL,
       EXISTS { MATCH (t:Tombstone) WHERE t.namespace = $namespace AND t.id IS NOT NULL }

// name: hold_floor
// mode: write
// params:
// Hold what all namespaces that come and go share until the transaction ends, and return its height.
MATCH (f:Floor {namespace: '', id: 'seq'}) SET f.turns = coalesce(f.turns, 0) + 1 RETURN f.seq

// name: raise_floor
// mode: write
// params: seq
MATCH (f:Floor {namespace: '', id: 'seq'}) SET f.seq = CASE WHEN f.seq < $seq THEN $seq ELSE f.seq END RETURN f.seq

// name: origin_taken
// mode: admin
// params: origin
MATCH (c:Namespace {origin: $origin}) RETURN true

// name: add_namespace
// mode: write
// params: namespace, nskey, origin, seq, born, now
MERGE (c:Namespace {namespace: $namespace})
ON CREATE SET c.name = $namespace, c.nskey = $nskey, c.origin = $origin, c.seq = $seq, c.born = $born, c.arrivals = 0,
              c.created_at = $now

// name: rename_namespace
// mode: write
// params: namespace, new, nskey, floor
// Readers of either name notice, because the counter goes on above every former one.
MATCH (c:Namespace {namespace: $namespace})
SET c.namespace = $new, c.name = $new, c.nskey = $nskey, c.seq = $floor + 1, c.born = $floor, c.renaming = NULL

// name: mark_renaming
// mode: write
// params: namespace, new
// From here on both names are held: the new one by a node that is nothing else.
MATCH (c:Namespace {namespace: $namespace}) SET c.renaming = $new
WITH c MERGE (n:Namespace {namespace: $new}) ON CREATE SET n.name = $new, n.arriving = $namespace

// name: free_name
// mode: write
// params: namespace
MATCH (c:Namespace {namespace: $namespace}) WHERE c.arriving IS NOT NULL DELETE c

// name: check_renamings
// mode: admin
// params:
// namespaces are half renamed: rename them again
MATCH (c:Namespace) WHERE c.namespace IS NOT NULL AND c.renaming IS NOT NULL RETURN count(*)

// name: count_content
// mode: admin
// params: namespace
MATCH (n:Interaction|Entity|Fact|Learnt) WHERE n.namespace = $namespace AND n.id IS NOT NULL RETURN count(*)

// name: count_nodes
// mode: admin
// params: namespace
MATCH (n:Session|Interaction|Entity|Alias|Fact|Ruling|Learnt|Tombstone) WHERE n.namespace = $namespace AND n.id IS NOT NULL
RETURN count(*)

// name: rename_nodes
// mode: write
// params: namespace, new, nskey, count
MATCH (n:Session|Interaction|Entity|Alias|Fact|Ruling|Learnt|Tombstone) WHERE n.namespace = $namespace AND n.id IS NOT NULL
WITH n LIMIT $count
SET n.namespace = $new, n.nskey = CASE WHEN n.nskey IS NULL THEN NULL ELSE $nskey END
RETURN count(*)

// name: delete_own_settings
// mode: write
// params: namespace, kinds
MATCH (c:Namespace {namespace: $namespace}) UNWIND $kinds AS kind
MATCH (s:Setting {namespace: '', id: kind + ' ' + c.origin}) DELETE s

// name: delete_namespace
// mode: write
// params: namespace
MATCH (c:Namespace {namespace: $namespace}) DELETE c

// name: counts
// mode: admin
// params: namespace
// (sessions, interactions, without vectors, pending, entities, facts, mentions, synonym links, rulings, nodes).
RETURN COUNT { MATCH (s:Session) WHERE s.namespace = $namespace AND s.id IS NOT NULL },
       COUNT { MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.id IS NOT NULL },
       COUNT { MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.unembedded > 0 },
       COUNT { MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.undrawn > 0 }
       + COUNT { MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.unembedded > 0 AND i.undrawn IS NULL },
       COUNT { MATCH (e:Entity) WHERE e.namespace = $namespace AND e.id IS NOT NULL },
       COUNT { MATCH (f:Fact) WHERE f.namespace = $namespace AND f.id IS NOT NULL },
       COUNT { MATCH (e:Entity)<-[:MENTIONS]-() WHERE e.namespace = $namespace AND e.id IS NOT NULL },
       COUNT { MATCH (e:Entity)-[:SYNONYM_OF]->() WHERE e.namespace = $namespace AND e.id IS NOT NULL },
       COUNT { MATCH (r:Ruling) WHERE r.namespace = $namespace AND r.id IS NOT NULL },
       COUNT { MATCH (n:Learnt) WHERE n.namespace = $namespace AND n.id IS NOT NULL }
