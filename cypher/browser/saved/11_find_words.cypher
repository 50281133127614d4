// Find $words
// Interactions that hold the words, and whom and what they mention. Takes $namespace and $words, in Lucene's language.
MATCH (c:Namespace {namespace: $namespace}) WHERE trim($words) <> ''
CALL db.index.fulltext.queryNodes('graphmem_interaction_words', '+nskey:' + c.nskey + ' +text:(' + $words + ')')
YIELD node AS i, score
WHERE i.namespace = $namespace
WITH i, score ORDER BY score DESC, i.place LIMIT 12
OPTIONAL MATCH mentions = (i)-[:MENTIONS]->(:Entity)
RETURN i, mentions
