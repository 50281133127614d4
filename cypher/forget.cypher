// What a selection selects, and the deletions in the order that leaves nothing behind that leads to something gone.

// name: interactions_of_sessions
// mode: read
// params: namespace, names, top_k
MATCH (i:Interaction) USING INDEX i:Interaction(namespace, session, place)
WHERE i.namespace = $namespace AND i.session IN $names AND i.place IS NOT NULL
RETURN i.id ORDER BY i.arrival LIMIT $top_k

// name: interactions_named
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id}) RETURN i.id ORDER BY i.arrival LIMIT $top_k

// name: speakers
// mode: read
// params: namespace, top_k
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.id IS NOT NULL AND i.speaker IS NOT NULL
RETURN DISTINCT i.speaker AS speaker ORDER BY speaker LIMIT $top_k

// name: interactions_of_speakers
// mode: read
// params: namespace, speakers, top_k
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.id IS NOT NULL AND i.speaker IN $speakers
RETURN i.id ORDER BY i.arrival LIMIT $top_k

// name: all_interactions
// mode: read
// params: namespace, top_k
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.id IS NOT NULL RETURN i.id ORDER BY i.arrival LIMIT $top_k

// name: all_facts
// mode: read
// params: namespace, top_k
MATCH (f:Fact) WHERE f.namespace = $namespace AND f.id IS NOT NULL RETURN f.id ORDER BY f.namespace, f.id LIMIT $top_k

// name: all_entities
// mode: read
// params: namespace, top_k
MATCH (e:Entity) WHERE e.namespace = $namespace AND e.id IS NOT NULL RETURN e.id ORDER BY e.namespace, e.id LIMIT $top_k

// name: entity_named
// mode: read
// params: namespace, id, name_key, top_k
// The entity of that id or, failing that, of that name: (id, name, aliases).
MATCH (e:Entity) WHERE e.namespace = $namespace AND e.id IS NOT NULL AND (e.id = $id OR e.name_key = $name_key)
RETURN e.id, e.name, e.aliases ORDER BY e.id <> $id, e.id LIMIT $top_k

// name: unasserted_facts
// mode: read
// params: namespace, ids, top_k
// Those among the facts that no interaction asserts and no caller told.
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id})
WHERE f.extractor <> 'hand' AND NOT EXISTS { (f)<-[:ASSERTS]-() }
RETURN f.id ORDER BY f.id LIMIT $top_k

// name: subjects_of
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id})
RETURN DISTINCT f.subject_id AS id ORDER BY id LIMIT $top_k

// name: entities_of_facts
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id})-[:SUBJECT|OBJECT]->(e:Entity)
RETURN DISTINCT e.id AS id ORDER BY id LIMIT $top_k

// name: unsupported_entities
// mode: read
// params: namespace, ids, top_k
// Those among the entities that nothing mentions and no fact names.
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})
WHERE NOT EXISTS { (e)<-[:MENTIONS|SUBJECT|OBJECT]-() }
RETURN e.id ORDER BY e.id LIMIT $top_k

// name: interactions_mentioning
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})<-[:MENTIONS]-(i:Interaction)
RETURN DISTINCT i.id AS id ORDER BY id LIMIT $top_k

// name: synonym_partners
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})-[:SYNONYM_OF]-(b:Entity)
RETURN DISTINCT b.id AS id ORDER BY id LIMIT $top_k

// name: leading_to
// mode: read
// params: namespace, ids, top_k
// (id, session, place) of the interactions that come just before these in their sessions.
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})<-[:NEXT]-(p:Interaction)
RETURN DISTINCT p.id AS id, p.session AS session, p.place AS place ORDER BY id LIMIT $top_k

// name: votes_by
// mode: read
// params: namespace, ids, top_k
// (entity, kind, count): the votes that the mentions by these interactions cast.
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})-[m:MENTIONS]->(e:Entity) WHERE m.kind IS NOT NULL
RETURN e.id AS entity, m.kind AS kind, count(*) ORDER BY entity, kind LIMIT $top_k

// name: supports
// mode: admin
// params: namespace, ids
// (vectors, mentions) that go with these interactions.
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})
RETURN count(i.vector_f32), sum(COUNT { (i)-[:MENTIONS]->() })

// name: delete_interactions
// mode: write
// params: namespace, ids
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id}) DETACH DELETE i

// name: sessions_of
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})
RETURN DISTINCT i.session AS session ORDER BY session LIMIT $top_k

// name: delete_empty_sessions
// mode: write
// params: namespace, names
// Those among the sessions in which nothing is left.
UNWIND $names AS name MATCH (s:Session {namespace: $namespace, id: name}) WHERE NOT EXISTS { (s)-[:HAS_INTERACTION]->() }
DELETE s RETURN name

// name: delete_facts
// mode: write
// params: namespace, ids
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id}) DETACH DELETE f

// name: redate_facts
// mode: write
// params: namespace, ids, seq, undated
// Facts that lost an assertion are as old as the earliest that is left.
UNWIND $ids AS id MATCH (f:Fact {namespace: $namespace, id: id})
OPTIONAL MATCH (f)<-[:ASSERTS]-(i:Interaction)
WITH f, min(i.at) AS at
SET f.seq = $seq, f.at = at, f.moment = coalesce(at.epochMillis * 1000 + at.microsecond % 1000, $undated)

// name: delete_mentions_of
// mode: write
// params: namespace, ids
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})<-[m:MENTIONS]-(:Interaction)
DELETE m RETURN count(*)

// name: delete_synonyms_of
// mode: write
// params: namespace, ids
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})-[y:SYNONYM_OF]-(:Entity)
WITH DISTINCT y DELETE y RETURN count(*)

// name: delete_entities
// mode: write
// params: namespace, ids
// With their aliases.
UNWIND $ids AS id MATCH (e:Entity {namespace: $namespace, id: id})
OPTIONAL MATCH (a:Alias)-[:ALIAS_OF]->(e)
DETACH DELETE a, e

// name: delete_tombstones
// mode: write
// params: namespace
MATCH (t:Tombstone) WHERE t.namespace = $namespace AND t.id IS NOT NULL DELETE t

// name: texts_after
// mode: read
// params: namespace, after, top_k
// (arrival, id, speaker, title, text, caption), a page by id.
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.id > $after
WITH i ORDER BY i.namespace, i.id LIMIT $top_k
RETURN i.arrival, i.id, i.speaker, i.title, i.text, i.caption ORDER BY i.id
