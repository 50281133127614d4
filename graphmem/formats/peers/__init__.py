"""What other memory systems export, as values: mem0, Graphiti, the reference MCP server, LangGraph's stores."""
