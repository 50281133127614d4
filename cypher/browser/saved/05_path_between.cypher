// The path between $name and $other
// The shortest ways from one entity to another, over facts and interactions. Takes $namespace, $name, $other.
MATCH (a:Entity) WHERE a.namespace = $namespace AND (a.name_key = toLower($name) OR $name IN a.aliases)
MATCH (b:Entity) WHERE b.namespace = $namespace AND (b.name_key = toLower($other) OR $other IN b.aliases) AND b <> a
MATCH p = allShortestPaths((a)-[:MENTIONS|ASSERTS|SUBJECT|OBJECT|SYNONYM_OF*..8]-(b))
RETURN p LIMIT 12
