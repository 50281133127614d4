// Who said it
// Facts whose text holds the words, with who asserted them and when. Takes $namespace and $words, in Lucene's language.
MATCH (c:Namespace {namespace: $namespace}) WHERE trim($words) <> ''
CALL db.index.fulltext.queryNodes('graphmem_fact_words', '+nskey:' + c.nskey + ' +text:(' + $words + ')')
YIELD node AS f, score
WHERE f.namespace = $namespace
MATCH (i:Interaction)-[:ASSERTS]->(f)
RETURN coalesce(i.speaker, i.title, i.kind) AS who, i.at AS at, f.text AS said, i.text AS verbatim, i.id AS id,
       round(score, 2) AS score
ORDER BY score DESC, i.place LIMIT 25
