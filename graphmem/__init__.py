"""Long-term memory for LLM agents, kept in a property graph."""
