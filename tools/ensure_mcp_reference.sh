#!/bin/sh
# Make sure that MCP's reference memory server is there, for the test that compares with it: installed by npm, pinned,
# outside of this checkout. Prints the path of its program.
set -eu
version=2026.8.31
folder="${XDG_CACHE_HOME:-$HOME/.cache}/graphmem-tests/mcp-server-memory-$version"
program="$folder/node_modules/@modelcontextprotocol/server-memory/dist/index.js"
if [ ! -f "$program" ]; then
    if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
        echo "MCP's reference memory server is not compared with: install Node.js 20 or newer with npm" >&2
        exit 1
    fi
    mkdir -p "$folder"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" \
        "@modelcontextprotocol/server-memory@$version" >&2
fi
echo "$program"
