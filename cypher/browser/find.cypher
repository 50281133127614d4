head(COLLECT { MATCH (i:Interaction {namespace: $namespace, title: $title}) RETURN i.id ORDER BY i.id })
