// Erasing a large namespace, in transactions that a server has the memory for. It is marked first, and what is marked is
// neither read nor written; an interrupted erasure goes on where it was.

// name: condition
// mode: admin
// params: namespace
// What a namespace held when its erasure began, what it is being renamed to, and from what: nulls where it is not; no
// row where there is no namespace.
MATCH (c:Namespace {namespace: $namespace}) RETURN c.erasing, c.renaming, c.arriving

// name: mark_erasing
// mode: write
// params: namespace, counts
MATCH (c:Namespace {namespace: $namespace}) SET c.erasing = coalesce(c.erasing, $counts), c.seq = c.seq + 1
RETURN c.erasing

// name: check_erasures
// mode: admin
// params:
// namespaces are half erased: erase them again
MATCH (c:Namespace) WHERE c.namespace IS NOT NULL AND c.erasing IS NOT NULL RETURN count(*)

// name: erase_some
// mode: write
// params: namespace, count
MATCH (n:Session|Interaction|Entity|Alias|Fact|Ruling|Learnt|Tombstone)
WHERE n.namespace = $namespace AND n.id IS NOT NULL
WITH n LIMIT $count
DETACH DELETE n RETURN count(*)
