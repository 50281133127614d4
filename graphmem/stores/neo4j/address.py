"""Where a server is and who asks, from an address that a person writes."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from graphmem.errors import InvalidInput

__all__ = ["SCHEMES", "Address", "is_address", "parse_address"]

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


@dataclass(frozen=True, slots=True)
class Address:
    """A server, a database of it (None is the user's home database), and who asks; the password is never shown."""

    uri: str
    database: str | None
    auth: tuple[str, str] | None = field(repr=False)

    @property
    def location(self) -> str:
        """The address without who asks."""
        return f"{self.uri}/{self.database}" if self.database else self.uri


def is_address(location: str) -> bool:
    """Return whether a location names a Neo4j server."""
    return location.partition("://")[0].lower() in SCHEMES and "://" in location


def parse_address(location: str, *, auth: tuple[str, str] | None = None, database: str | None = None) -> Address:
    """Return where `neo4j://user:password@host:port/database` leads; arguments win over what it holds.

    Raises: InvalidInput: another scheme, no host, a port that is none, or more than a database behind the host.
    """
    parts = urlsplit(location)
    plain = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if parts.scheme not in SCHEMES:
        raise InvalidInput(f"{plain!r}: a Neo4j address starts with {', '.join(SCHEMES)}, e.g. neo4j://localhost:7687")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as err:
        raise InvalidInput(f"{plain!r}: the port is none; write e.g. neo4j://localhost:7687") from err
    if not host:
        raise InvalidInput(f"{plain!r}: the address names no host; write e.g. neo4j://localhost:7687")
    named = parts.path.strip("/")
    if "/" in named or parts.query or parts.fragment:
        raise InvalidInput(f"{plain!r}: behind the host there may be the name of a database, and nothing else")
    told = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    host = f"[{host}]" if ":" in host else host
    return Address(f"{parts.scheme}://{host}:{port or 7687}", database or unquote(named) or None, auth or told)
