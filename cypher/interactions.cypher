// name: interactions_by_id
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})
RETURN i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor
ORDER BY i.arrival LIMIT $top_k

// name: interaction_states
// mode: read
// params: namespace, ids, top_k
// (id, at, whether embedded, extractor) of the interactions that are there.
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})
RETURN i.id, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.unembedded IS NULL, i.extractor
ORDER BY i.id LIMIT $top_k

// name: add_sessions
// mode: write
// params: namespace, rows, now, count
// Counts $count arrivals, and returns (session, id of its last interaction, that one's place), nulls where it is new.
MATCH (c:Namespace {namespace: $namespace}) SET c.arrivals = c.arrivals + $count
WITH c UNWIND $rows AS row
MERGE (s:Session {namespace: $namespace, id: row.name}) ON CREATE SET s.name = row.name, s.created_at = $now
RETURN s.id, s.last_id, s.last_place

// name: add_interactions
// mode: write
// params: namespace, nskey, seq, rows
UNWIND $rows AS row
MATCH (s:Session {namespace: $namespace, id: row.session})
MERGE (i:Interaction {namespace: $namespace, id: row.id})
SET i.nskey = $nskey, i.seq = $seq, i.name = row.name, i.arrival = row.arrival, i.place = row.place,
    i.session = row.session, i.kind = row.kind, i.at = row.at, i.speaker = row.speaker, i.role = row.role,
    i.created_at = row.created_at, i.title = row.title, i.source = row.source, i.caption = row.caption,
    i.metadata = row.metadata, i.text = row.text, i.undrawn = row.arrival, i.unembedded = row.arrival
MERGE (s)-[:HAS_INTERACTION]->(i)

// name: link_pairs
// mode: write
// params: namespace, rows
UNWIND $rows AS row
MATCH (a:Interaction {namespace: $namespace, id: row.a})
MATCH (b:Interaction {namespace: $namespace, id: row.b})
MERGE (a)-[:NEXT]->(b)

// name: unlink
// mode: write
// params: namespace, ids
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id})-[r:NEXT]->() DELETE r

// name: set_last
// mode: write
// params: namespace, rows
UNWIND $rows AS row MATCH (s:Session {namespace: $namespace, id: row.session})
SET s.last_id = row.id, s.last_place = row.place

// name: stretch
// mode: read
// params: namespace, session, first, last, top_k
// (id, place) of a session's interactions from one place to another, both included, in order.
MATCH (i:Interaction) USING INDEX i:Interaction(namespace, session, place)
WHERE i.namespace = $namespace AND i.session = $session AND i.place >= $first AND i.place <= $last
RETURN i.id, i.place ORDER BY i.namespace, i.session, i.place LIMIT $top_k

// name: nearest_before
// mode: read
// params: namespace, session, place, top_k
MATCH (i:Interaction) USING INDEX i:Interaction(namespace, session, place)
WHERE i.namespace = $namespace AND i.session = $session AND i.place < $place
RETURN i.id, i.place ORDER BY i.namespace DESC, i.session DESC, i.place DESC LIMIT $top_k

// name: nearest_after
// mode: read
// params: namespace, session, place, top_k
MATCH (i:Interaction) USING INDEX i:Interaction(namespace, session, place)
WHERE i.namespace = $namespace AND i.session = $session AND i.place > $place
RETURN i.id, i.place ORDER BY i.namespace, i.session, i.place LIMIT $top_k

// name: place_of_interaction
// mode: read
// params: namespace, id, top_k
MATCH (i:Interaction {namespace: $namespace, id: $id}) RETURN i.session, i.place ORDER BY i.id LIMIT $top_k

// name: update_interactions
// mode: write
// params: namespace, seq, rows
UNWIND $rows AS row MATCH (i:Interaction {namespace: $namespace, id: row.id})
SET i.seq = $seq, i.extractor = row.extractor,
    i.undrawn = CASE WHEN row.extractor IS NULL THEN i.arrival END,
    i.unembedded = CASE WHEN row.embedded THEN NULL ELSE i.arrival END

// name: touch_interactions
// mode: write
// params: namespace, ids, seq
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id}) SET i.seq = $seq

// name: history_of_namespace
// mode: read
// params: namespace, after, before, kinds, top_k
// Interactions by place (instant, then arrival), behind one place and before another.
MATCH (i:Interaction)
WHERE i.namespace = $namespace AND i.place > $after AND i.place < $before AND ($kinds IS NULL OR i.kind IN $kinds)
WITH i ORDER BY i.namespace, i.place LIMIT $top_k
RETURN i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor
ORDER BY i.place

// name: history_of_session
// mode: read
// params: namespace, session, after, before, kinds, top_k
MATCH (i:Interaction) USING INDEX i:Interaction(namespace, session, place)
WHERE i.namespace = $namespace AND i.session = $session AND i.place > $after AND i.place < $before
      AND ($kinds IS NULL OR i.kind IN $kinds)
WITH i ORDER BY i.namespace, i.session, i.place LIMIT $top_k
RETURN i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor
ORDER BY i.place

// name: latest_of_namespace
// mode: read
// params: namespace, after, before, kinds, top_k
// The same, the last first.
MATCH (i:Interaction)
WHERE i.namespace = $namespace AND i.place > $after AND i.place < $before AND ($kinds IS NULL OR i.kind IN $kinds)
WITH i ORDER BY i.namespace DESC, i.place DESC LIMIT $top_k
RETURN i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor
ORDER BY i.place DESC

// name: latest_of_session
// mode: read
// params: namespace, session, after, before, kinds, top_k
MATCH (i:Interaction) USING INDEX i:Interaction(namespace, session, place)
WHERE i.namespace = $namespace AND i.session = $session AND i.place > $after AND i.place < $before
      AND ($kinds IS NULL OR i.kind IN $kinds)
WITH i ORDER BY i.namespace DESC, i.session DESC, i.place DESC LIMIT $top_k
RETURN i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor
ORDER BY i.place DESC

// name: preceding
// mode: read
// params: namespace, session, place, top_k
// The nearest first. The place is a parameter: from another node's property, the index would not be read in its order.
MATCH (i:Interaction) USING INDEX i:Interaction(namespace, session, place)
WHERE i.namespace = $namespace AND i.session = $session AND i.place < $place
WITH i ORDER BY i.namespace DESC, i.session DESC, i.place DESC LIMIT $top_k
RETURN i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor
ORDER BY i.place DESC

// name: pending_vectors
// mode: read
// params: namespace, after, top_k
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.unembedded > $after
WITH i ORDER BY i.namespace, i.unembedded LIMIT $top_k
RETURN i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor
ORDER BY i.arrival

// name: pending_facts
// mode: read
// params: namespace, after, top_k
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.undrawn > $after
WITH i ORDER BY i.namespace, i.undrawn LIMIT $top_k
RETURN i.id, i.session, i.kind, i.text, i.speaker, i.role, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.caption,
       i.title, i.source, i.metadata, i.created_at.epochMillis * 1000 + i.created_at.microsecond % 1000, i.arrival,
       i.unembedded IS NULL, i.extractor
ORDER BY i.arrival

// name: sessions
// mode: read
// params: namespace, after, top_k
MATCH (s:Session) WHERE s.namespace = $namespace AND s.id > $after
WITH s ORDER BY s.namespace, s.id LIMIT $top_k
RETURN s.name, COUNT { (s)-[:HAS_INTERACTION]->() }
ORDER BY s.id

// name: vectors_of
// mode: read
// params: namespace, ids, top_k
UNWIND $ids AS id MATCH (i:Interaction {namespace: $namespace, id: id}) WHERE i.vector_f32 IS NOT NULL
RETURN i.id, i.vector_f32, i.sentences_f32 ORDER BY i.id LIMIT $top_k

// name: put_vectors
// mode: write
// params: namespace, rows
// float32, little-endian: one vector of d numbers, and k x d of sentences.
UNWIND $rows AS row MATCH (i:Interaction {namespace: $namespace, id: row.id})
SET i.vector_f32 = row.vector, i.sentences_f32 = row.sentences

// name: drop_vectors
// mode: write
// params: namespace, seq, count
MATCH (i:Interaction) WHERE i.namespace = $namespace AND i.id IS NOT NULL AND i.vector_f32 IS NOT NULL
WITH i LIMIT $count
SET i.vector_f32 = NULL, i.sentences_f32 = NULL, i.embedding = NULL, i.seq = $seq, i.unembedded = i.arrival
RETURN count(i)
