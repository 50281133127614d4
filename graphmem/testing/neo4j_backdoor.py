"""Raw reads of a Neo4j that bypass the store, so that it cannot vouch for itself."""

from importlib.resources import files
from typing import Any

import neo4j

from graphmem.stores.statements import CYPHER, load_statements
from graphmem.testing.backdoor import Label
from graphmem.testing.neo4j import Server

__all__ = ["Neo4jBackdoor"]


class Neo4jBackdoor:
    """The back door of a database: a driver and statements of its own."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._statements = load_statements(files("graphmem.testing") / "cypher", language=CYPHER)

    def wipe(self) -> None:
        """Empty the database, and keep its schema."""
        self._value("wipe")
        self._value("lower_floor")

    def count(self, label: Label, namespace: str) -> int:
        """Return how many nodes of a label, or relationships of a type, a namespace has."""
        return int(self._value(f"count_{label.lower()}", namespace=namespace))

    def raw_text(self, namespace: str, id_: str) -> str | None:
        """Return the text of an interaction as it is stored."""
        found: str | None = self._value("raw_text", namespace=namespace, id=id_)
        return found

    def namespaces(self) -> list[str]:
        """Return the names of all namespaces, sorted."""
        return sorted(record[0] for record in self._records("namespaces"))

    def torn(self) -> int:
        """Return how many nodes lack what they stand on."""
        return int(self._value("torn"))

    def duplicates(self) -> int:
        """Return how many ids are there more than once within their namespace."""
        return int(self._value("duplicates"))

    def holds(self, text: str) -> bool:
        """Return whether these characters are anywhere in the graph; the server's own logs are not looked into."""
        held = self._value("nodes_holding", text=text) + self._value("relationships_holding", text=text)
        return bool(held)

    def _value(self, name: str, **params: object) -> Any:
        records = self._records(name, **params)
        return records[0][0] if records else None

    def _records(self, name: str, **params: object) -> list[neo4j.Record]:
        text = self._statements[name].text
        silent = [neo4j.NotificationDisabledClassification.UNRECOGNIZED]
        with (
            neo4j.GraphDatabase.driver(
                self._server.uri, auth=self._server.auth, notifications_disabled_classifications=silent
            ) as driver,
            driver.session() as session,
        ):
            return list(session.run(text, dict(params)))
