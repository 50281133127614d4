// The path between $name and $other
// The shortest ways from one entity to another, over facts and interactions. Takes $namespace, $name, $other.
MATCH (a:Entity) WHERE a.namespace = $namespace
  AND toLower($name) IN [n IN a.aliases + a.name + a.name_key | toLower(n)]
MATCH (b:Entity) WHERE b.namespace = $namespace
  AND toLower($other) IN [n IN b.aliases + b.name + b.name_key | toLower(n)] AND b <> a
MATCH p = allShortestPaths((a)-[:MENTIONS|ASSERTS|SUBJECT|OBJECT|SYNONYM_OF*..8]-(b))
RETURN p LIMIT 12
