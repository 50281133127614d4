#!/bin/sh
# Make sure that there is a Chromium with its driver, for the test of Neo4j Browser: install it where we may.
set -eu
if command -v chromedriver >/dev/null && { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then
    exit 0
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive exec apt-get install -y -q --no-install-recommends chromium chromium-driver
fi
echo "Neo4j Browser is not tested here: install Chromium and its driver, e.g. sudo apt-get install chromium chromium-driver" >&2
[ "${CI:-}" != "true" ]
