"""Language rules: pure functions over text, no store, no model but a parse that is handed in."""
