"""The compose file and the image's recipe, as far as they can be checked where no Docker engine runs."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import check_jsonschema
import jsonschema
import neo4j
import pytest
from ruamel.yaml import YAML

from graphmem.testing.neo4j import Server

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file, its anchors resolved."""
    told: dict[str, Any] = YAML(typ="safe").load(DOCKER / "compose.yml")
    return told


def test_the_compose_file_fits_the_specification(compose: dict[str, Any]) -> None:
    """It fits the schema of the compose specification, which refuses keys that it does not know."""
    folder = files(check_jsonschema) / "builtin_schemas" / "vendor"
    schema = json.loads((folder / "compose-spec.json").read_text(encoding="utf-8"))
    check = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in check.iter_errors(compose)] == []
    broken = {**compose, "services": {"neo4j": {**compose["services"]["neo4j"], "helthcheck": {}}}}
    assert [error.message for error in check.iter_errors(broken)] != []


def test_data_outlives_its_container_and_waits_for_health(compose: dict[str, Any]) -> None:
    """Neo4j keeps data in a named volume and tells its health, which all others wait for."""
    services, volumes = compose["services"], compose["volumes"]
    kept = dict(volume.split(":")[:2] for volume in services["neo4j"]["volumes"])
    assert {name for name, place in kept.items() if place in ("/data", "/logs")} <= set(volumes)
    assert "cypher-shell" in services["neo4j"]["healthcheck"]["test"][1]
    waiting = {name: service.get("depends_on") for name, service in services.items() if name != "neo4j"}
    healthy = {"neo4j": {"condition": "service_healthy"}}
    assert waiting == {"graphmem": healthy, "browser": healthy}


def test_nothing_is_published_beyond_this_machine(compose: dict[str, Any]) -> None:
    """Every published port is bound to loopback, and there is no password in the file."""
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)
    said = [
        str(value)
        for service in compose["services"].values()
        for name, value in service["environment"].items()
        if "PASSWORD" in name or "AUTH" in name
    ]
    assert said
    assert all("${NEO4J_PASSWORD:?" in value for value in said)


def test_the_server_knows_every_setting(compose: dict[str, Any], neo4j_server: Server) -> None:
    """Each setting that the compose file makes is one of this version of Neo4j, which refuses to start otherwise."""
    told = [name for name in compose["services"]["neo4j"]["environment"] if name != "NEO4J_AUTH"]
    wanted = {name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_") for name in told}
    with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as driver:
        records, _, _ = driver.execute_query("SHOW SETTINGS YIELD name WHERE name IN $names", names=sorted(wanted))
    assert {record["name"] for record in records} == wanted


def test_the_image_is_made_of_what_is_there() -> None:
    """The recipe copies only what is in the repository, and nothing that it needs is ignored."""
    recipe = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [name for line in re.findall(r"^COPY (?!--)(.+) \S+$", recipe, re.MULTILINE) for name in line.split()]
    assert {"graphmem", "cypher", "pyproject.toml"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == set(copied)
