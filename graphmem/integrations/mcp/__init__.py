"""MCP: graphmem as a server for Claude, Cursor, VS Code and every other client of the Model Context Protocol.

Needs the extra `mcp`; `graphmem mcp` on the command line serves it.
"""
