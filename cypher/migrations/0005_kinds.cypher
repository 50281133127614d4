// The kind of an entity is elected from its mentions: each has the kind that its text showed, or none (as all did before),
// and their votes are counted on the entity. No node must be changed: an entity that was never elected has no votes, and
// its kind apart from mentions in `kind`. People filter by kind.

// name: kinds_of_entity
// mode: write
// params:
CREATE RANGE INDEX graphmem_entity_kind IF NOT EXISTS FOR (n:Entity) ON (n.namespace, n.kind)
