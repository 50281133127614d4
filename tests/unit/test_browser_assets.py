"""What is handed to Neo4j Browser, and the server that hands it out."""

import io
import re
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from graphmem.browser import DEMO, AssetServer, Parameters, assets, browser_address, saved_statements
from graphmem.errors import InvalidInput

ADDRESS = "http://localhost:4711"
NAMES = set(Parameters.__slots__)


def body(path: str, parameters: Parameters = DEMO) -> str:
    return assets(ADDRESS, parameters=parameters)[path].body.decode()


def test_saved_statements_say_what_they_are() -> None:
    """Every saved statement has a title of its own, and says what it takes: only what the guide sets."""
    saved = saved_statements()
    assert len({one.title for one in saved}) == len(saved) >= 15
    for one in saved:
        head = " ".join(line for line in one.text.splitlines() if line.startswith("//"))
        used = set(re.findall(r"\$(\w+)", one.text))
        assert used <= NAMES
        assert all(f"${name}" in head for name in used)
        assert "Takes" in head


def test_the_guide_is_whole() -> None:
    """Every place of the guide is filled, and every saved statement is in it."""
    guide = body("/guide.html")
    assert "{{" not in guide
    assert guide.count(f":style {ADDRESS}/graphmem.grass") == 1
    assert all(one.title.replace("'", "&#x27;") in guide for one in saved_statements())


def test_a_namespace_is_text_in_the_guide() -> None:
    """A namespace that looks like markup or Cypher is shown and quoted, never obeyed."""
    guide = body("/guide.html", Parameters(namespace="<script>'}) //"))
    assert "<script" not in guide
    assert Parameters(namespace="a'b").command().startswith(""":params {namespace: 'a' + "'" + 'b', name: ''""")


def test_favourites_are_one_folder() -> None:
    """The archive holds one file a saved statement in one folder, the same bytes each time."""
    packed = assets(ADDRESS, parameters=DEMO)["/favourites.zip"].body
    assert packed == assets(ADDRESS, parameters=DEMO)["/favourites.zip"].body
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [f"graphmem/{one.name}.cypher" for one in saved_statements()]


@pytest.fixture
def served() -> Iterator[AssetServer]:
    with AssetServer(parameters=DEMO) as server:
        yield server


def ask(served: AssetServer, path: str, method: str = "GET") -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", urlsplit(served.address).port or 0, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_other_pages_may_fetch_the_assets(served: AssetServer) -> None:
    """Every asset is given to a page of another origin, as Browser is one; a request beforehand is allowed, too."""
    for path in assets(served.address, parameters=DEMO):
        answer = ask(served, path)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert ask(served, "/guide.html", "OPTIONS").status == 204
    assert ask(served, "/guide.html?x=1", "HEAD").status == 200


@pytest.mark.parametrize("path", ["/", "/etc/passwd", "/../pyproject.toml", "/saved/", "/saved/..%2f..%2fREADME.md"])
def test_nothing_else_is_given_out(served: AssetServer, path: str) -> None:
    """What is no asset is not there, whatever the path."""
    assert ask(served, path).status == 404


def test_a_taken_port_is_told(served: AssetServer) -> None:
    """A port that somebody listens on is a clear error that names the option."""
    with pytest.raises(InvalidInput, match="give another port"):
        AssetServer(parameters=DEMO, port=urlsplit(served.address).port or 0)


def test_browsers_address() -> None:
    """The guide is given to Browser in its address; what is no web address is refused."""
    told = browser_address("http://host:7474", guide="http://localhost:1/guide.html")
    assert told == "http://host:7474/browser/?cmd=play&arg=http%3A%2F%2Flocalhost%3A1%2Fguide.html"
    for wrong in ("neo4j://host:7687", "host:7474", "http://", "http://host/?a=b"):
        with pytest.raises(InvalidInput, match="7474"):
            browser_address(wrong, guide="http://localhost:1/guide.html")
