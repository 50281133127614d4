"""Neo4j Browser on the demo's memory: saved statements, the way to a hit, and what a person sees in a real Chromium."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import neo4j
import pytest

from graphmem import Fact, Memory, RecallOptions, Recollection
from graphmem.browser import DEMO, AssetServer, Saved, assets, browser_address, saved_statements
from graphmem.formats.copy import copy_namespace
from graphmem.ports import Embedder, Extractor
from graphmem.read.browser_path import literal
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.browser import BrowserPage, Frame, NoBrowser, chromium
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor
from pipelines.demo.history import runs
from pipelines.demo.questions import QUESTIONS
from pipelines.demo.work import work

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
#: Two numbers for one day, and one before: a conflict, and what was superseded.
PHONES = (("555 1", datetime(2025, 1, 1, tzinfo=UTC)), ("555 2", NOW), ("555 3", NOW))
PICTURES = Path(__file__).resolve().parents[2] / "out" / "browser"
BLUE, GOLD, PALE = "#2F6DB5", "#F2B84B", "#E9EEF3"
GREEN, VIOLET = "#3C9A6B", "#8E6FC1"
SAVED = {saved.name: saved for saved in saved_statements()}


@pytest.fixture(scope="module")
def told(embedder: Embedder, extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """The demo's memory in a file."""
    path = tmp_path_factory.mktemp("browser") / "demo.db"
    with Memory.open(path, namespace=DEMO.namespace, embedder=embedder, extractor=extractor) as memory:
        for run in runs():
            memory.remember(run.told, session=run.session, now=NOW)
        memory.remember([Fact("Annexe", "phone", number, valid_at=at) for number, at in PHONES], now=NOW)
        work(memory)
        yield memory


@pytest.fixture(scope="module")
def driver(told: Memory, neo4j_server: Server) -> Iterator[neo4j.Driver]:
    """A driver that hears every notification, on a server that holds the demo's memory and nothing else."""
    Neo4jBackdoor(neo4j_server).wipe()
    there = Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)
    assert copy_namespace(told.store, there, namespace=DEMO.namespace, now=NOW).differences == ()
    there.close()
    with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as opened:
        yield opened


def parameters(driver: neo4j.Driver) -> dict[str, str]:
    """The guide's parameters, `id` found as the guide finds it."""
    told = {name: getattr(DEMO, name) for name in DEMO.__slots__}
    expression = DEMO.find().split("=>", 1)[1]
    return {**told, "id": read(driver, f"RETURN {expression} AS id")[0]["id"]}


def read(driver: neo4j.Driver, text: str, **values: object) -> list[neo4j.Record]:
    """Run a statement in a read transaction; any notification of the server is a failure."""
    with driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
        result = session.run(text, values)  # type: ignore[arg-type] # the driver's type asks for a literal
        records = list(result)
        said = [status.status_description for status in result.consume().gql_status_objects if status.is_notification]
    assert said == []
    return records


def ids(value: object, key: str = "id") -> set[str]:
    """The ids (or names) of all nodes in a value, however deep."""
    if isinstance(value, neo4j.graph.Node):
        return {value[key]} if key in value else set()
    if isinstance(value, neo4j.graph.Relationship | neo4j.graph.Path):
        return {node[key] for node in value.nodes if node is not None}
    if isinstance(value, list | neo4j.Record):
        return set().union(*(ids(part, key) for part in value)) if len(value) else set()
    return set()


@pytest.mark.parametrize("saved", SAVED.values(), ids=lambda saved: saved.name)
def test_a_saved_statement_finds_something(driver: neo4j.Driver, saved: Saved) -> None:
    """Every saved statement reads, draws no warning, and finds something in the demo's memory: at most 100 nodes."""
    records = read(driver, saved.text, **parameters(driver))
    assert records
    assert len(set().union(*map(ids, records))) <= 100


def test_nobody_elses_memory_is_shown(driver: neo4j.Driver) -> None:
    """With another namespace's name every saved statement finds nothing, but the list of namespaces."""
    other = {**parameters(driver), "namespace": "user/ma"}
    assert [name for name, saved in SAVED.items() if read(driver, saved.text, **other)] == ["namespaces"]


def test_a_name_is_found_as_it_is_written(
    driver: neo4j.Driver, neo4j_server: Server, embedder: Embedder, extractor: Extractor
) -> None:
    """Names with accents, quotes and stops are found as a person writes them; words that are missing ask for none."""
    name, employer = """Dr. Zoë O'Neill "Zed\"""", "Łódź & Söhne 東京"
    there = Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)
    with Memory(there, namespace="o'neill", embedder=embedder, extractor=extractor) as memory:
        memory.remember([Fact(name, "works_at", employer)], now=NOW)
        asked = {"namespace": "o'neill", "name": name, "other": employer, "words": " "}
        for written in (name, name.lower()):
            for saved in ("who_is", "known_with_sources", "path_between"):
                drawn = read(driver, SAVED[saved].text, **(asked | {"name": written}))
                assert ids(drawn, "name") >= {name, employer}
        assert read(driver, SAVED["find_words"].text, **asked) == []
        assert read(driver, SAVED["who_said_it"].text, **asked) == []
        there.erase_namespace("o'neill")


def recollections(memory: Memory) -> Iterator[Recollection]:
    everything = RecallOptions(types=("interaction", "fact", "entity"), now=NOW)
    for question in QUESTIONS:
        yield memory.recall(question.text, options=question.options or everything, top_k=8)


def test_explain_draws_the_way_to_a_hit(driver: neo4j.Driver, told: Memory) -> None:
    """The statement of a hit finds every node of its path, and the hit, without a warning, on every kind of path."""
    kinds = set()
    for found in recollections(told):
        for hit in found:
            drawn = set().union(*map(ids, read(driver, found.explain(hit))))
            assert {hit.id, *(id_ for _, id_, _ in hit.why.path.steps if id_)} <= drawn
            kinds.add((hit.type, tuple(label for label, _, _ in hit.why.path.steps)))
    assert {type_ for type_, _ in kinds} == {"interaction", "fact", "entity"}
    assert ("interaction", ("Interaction", "Entity", "Interaction")) in kinds
    assert ("interaction", ("Entity", "Interaction")) in kinds


NASTY = (
    "", "'", '"', "`", "\\", "\\\\", "\\'", "'}) DETACH DELETE n //", "\\u0027", "\\\\u0027", "\\u005C'", "user/ada",
    "a\nb\r\t\x0b", "\x00", "x' OR 'x'='x", "$id", "{{x}}", "/* */", "//", ";:clear", "é\u0301\u2028\u202e", "🐟",
    "'\\u0027\\'",
)  # fmt: skip


def test_no_id_leaves_its_literal(driver: neo4j.Driver) -> None:
    """The server reads a literal back as the very text that was quoted, whatever it holds, alone or together."""
    values = [*NASTY, *(a + b for a in NASTY for b in NASTY)]
    quoted = ", ".join(literal(value) for value in values)
    assert read(driver, f"RETURN [{quoted}] AS values")[0]["values"] == values


# --- in Chromium ----------------------------------------------------------------------------------------------------


@pytest.fixture
def page(driver: neo4j.Driver, neo4j_server: Server) -> Iterator[tuple[BrowserPage, AssetServer]]:
    """Neo4j Browser, logged in, opened at the address that `graphmem browser` opens."""
    try:
        with chromium() as window, AssetServer(parameters=DEMO) as served:
            address = browser_address(http_address(driver), guide=f"{served.address}/guide.html")
            yield BrowserPage(window, address, uri=neo4j_server.uri, auth=neo4j_server.auth), served
    except NoBrowser as err:
        told = f"nothing is looked at in Neo4j Browser: {err}"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)


def http_address(driver: neo4j.Driver) -> str:
    """Where the server's Browser is: told, or as the server is set to listen."""
    told = os.environ.get("GRAPHMEM_TEST_NEO4J_BROWSER")
    listens = read(driver, "SHOW SETTINGS 'server.http.listen_address' YIELD value RETURN value")[0]["value"]
    return told or f"http://localhost:{listens.rsplit(':', 1)[1]}/browser/"


def graph(nodes: int, arrows: int) -> Callable[[Frame], bool]:
    """Whether a frame draws at least so many nodes and arrows."""
    return lambda frame: len(frame.nodes) >= nodes and len(frame.arrows) >= arrows


def test_a_person_sees_the_memory(page: tuple[BrowserPage, AssetServer], told: Memory) -> None:
    """Guide, style, parameters, saved statements, favourites and the way to a hit, as a person uses them in Browser."""
    browser, served = page
    style, params, play = served.commands
    guide = browser.run(play, shows=lambda frame: "A memory as a graph" in frame.text)
    assert style in guide.text
    browser.picture(PICTURES / "guide.png", whole=False)
    browser.run(style, shows=lambda frame: "node.Entity" in frame.text)
    browser.run(params, shows=lambda frame: "Successfully set your parameters" in frame.text)
    browser.run(DEMO.find(), shows=lambda frame: "Successfully set your parameter" in frame.text)

    who = browser.run(SAVED["who_is"].text, shows=graph(40, 40))
    assert {node.colour for node in who.nodes} == {BLUE}
    assert {"Maya", "Jonas", "Porto"} <= {node.caption for node in who.nodes}
    assert {"LIVES_IN", "HAS_SISTER"} <= {arrow.caption for arrow in who.arrows}
    browser.picture(PICTURES / "who-is.png")

    known = browser.run(SAVED["known_with_sources"].text, shows=graph(30, 45))
    assert {node.colour for node in known.nodes} == {BLUE, GOLD, PALE}
    assert {node.radius for node in known.nodes} == {40.0, 31.0}
    assert {"ASSERTS", "SUBJECT", "OBJECT"} <= {arrow.caption for arrow in known.arrows}
    browser.picture(PICTURES / "sources.png")

    between = browser.run(SAVED["path_between"].text, shows=graph(5, 4))
    assert {"Maya", "University of Coimbra"} <= {node.caption for node in between.nodes}
    browser.picture(PICTURES / "path-between.png")
    browser.run(SAVED["why_recalled"].text, shows=graph(5, 4))
    browser.picture(PICTURES / "why-recalled.png")
    browser.run(SAVED["most_connected"].text, shows=graph(30, 10))
    browser.picture(PICTURES / "most-connected.png")

    lessons = browser.run(SAVED["lessons"].text, shows=graph(10, 10))
    assert {node.colour for node in lessons.nodes} == {GREEN, VIOLET, PALE}
    assert {"SUPPORTED_BY", "HAS_STEP"} <= {arrow.caption for arrow in lessons.arrows}
    browser.picture(PICTURES / "lessons.png")
    browser.run(SAVED["task"].text, shows=graph(5, 5))
    browser.picture(PICTURES / "task.png")
    browser.run(SAVED["communities"].text, shows=graph(20, 15))
    browser.picture(PICTURES / "communities.png")

    found = told.recall(QUESTIONS[2].text, options=QUESTIONS[2].options, top_k=1)
    way = browser.run(found.explain(found[0]), shows=graph(3, 2))
    assert found[0].why.path.steps[1][2] in {node.caption for node in way.nodes}
    browser.picture(PICTURES / "explain.png")

    browser.drop("graphmem.zip", assets(served.address, parameters=DEMO)["/favourites.zip"].body)
    assert browser.favourites(folder="graphmem") == tuple(sorted(saved.title for saved in SAVED.values()))
    browser.picture(PICTURES / "favourites.png", whole=False)
