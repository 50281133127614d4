// Who is $name
// What is true of somebody or something now: an arrow per current fact, those to what is heard of most first.
// Takes $namespace, $name.
MATCH (e:Entity) WHERE e.namespace = $namespace
  AND toLower($name) IN [n IN e.aliases + e.name + e.name_key | toLower(n)]
MATCH p = (e)-[a]-(o:Entity) WHERE a.fact IS NOT NULL
RETURN p ORDER BY COUNT { (o)<-[:MENTIONS]-() } DESC, o.id, a.fact LIMIT 40
