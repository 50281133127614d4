"""The explorer page: what is chosen, and that text from a memory stays text."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from graphmem.explorer import Picture, choose, page
from graphmem.model import Entity, Fact, Interaction

DAY = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
NASTY = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> & \u2028 %%DATA%% \U0001f9ff"


def entity(name: str, kind: str = "person", *, mentions: int = 0) -> Entity:
    return Entity(id=name, name=name, kind=kind, mentions=mentions)


def fact(subject: str, predicate: str, object_: str, **more: object) -> Fact:
    made = Fact(subject, predicate, object_, subject_id=subject, object_id=object_, id=f"{subject}-{object_}", at=DAY)
    return replace(made, **more)  # type: ignore[arg-type]  # tests pass fields by name


class Scripts(HTMLParser):
    """Collects what a browser would see: tags, attributes, and the content of each script element."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.titles: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        self._inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        if self._inside == "title":
            self.titles.append(data)


def read(text: str) -> Scripts:
    parser = Scripts()
    parser.feed(text)
    return parser


def data_of(text: str) -> dict[str, list[dict[str, object]]]:
    data: dict[str, list[dict[str, object]]] = json.loads(read(text).scripts[0])
    return data


class TestChoose:
    def test_names_come_before_concepts_and_loners_are_left_out(self) -> None:
        """The most linked names are drawn first, then what they are linked to; nothing stands alone."""
        entities = [entity("Ada"), entity("Bob"), entity("tea", "concept"), entity("Nobody"), entity("Lisbon", "place")]
        facts = [fact("Ada", "lives_in", "Lisbon"), fact("Ada", "likes", "tea"), fact("Bob", "knows", "Ada")]
        picture = choose(entities, facts)
        assert [e.name for e in picture.entities] == ["Ada", "Bob", "Lisbon", "tea"]
        assert picture.left_out == 1

    def test_a_hub_does_not_bury_the_rest(self) -> None:
        """Around one name at most `leaves` concepts are drawn, the most mentioned ones."""
        things = [entity(f"thing {n}", "concept", mentions=n) for n in range(9)]
        facts = [fact("Ada", "likes", thing.name) for thing in things]
        picture = choose([entity("Ada"), *things], facts, leaves=2)
        assert {e.name for e in picture.entities} == {"Ada", "thing 8", "thing 7"}

    def test_no_more_than_asked(self) -> None:
        """`max_entities` bounds what is drawn, whatever the memory holds."""
        entities = [entity(f"P{n}") for n in range(30)]
        facts = [fact("P0", "knows", f"P{n}") for n in range(1, 30)]
        assert len(choose(entities, facts, max_entities=10).entities) == 10

    def test_facts_about_what_is_drawn_keep_their_sources(self) -> None:
        """A fact that leads to something not drawn is still listed; only interactions that assert facts are kept."""
        said = [Interaction(id=i, session="s", kind="message", text=i) for i in ("one", "two")]
        entities = [entity("Ada"), entity("Bob")]
        facts = [fact("Ada", "knows", "Bob"), fact("Ada", "weighs", "60 kg", sources=("two",))]
        picture = choose(entities, facts, said)
        assert [f.object for f in picture.facts] == ["60 kg", "Bob"]
        assert [i.id for i in picture.interactions] == ["two"]

    def test_the_merged_are_drawn_once(self) -> None:
        """An entity that was merged into another is not drawn beside it."""
        entities = [entity("Ada"), replace(entity("A. L."), merged_into="Ada"), entity("Bob")]
        picture = choose(entities, [fact("Ada", "knows", "Bob"), fact("A. L.", "knows", "Bob")])
        assert {e.name for e in picture.entities} == {"Ada", "Bob"}

    def test_order_of_arrival_does_not_show(self) -> None:
        """The same memory gives the same picture, in whatever order a store lists it."""
        entities = [entity(f"P{n}", mentions=n % 3) for n in range(12)]
        facts = [fact(f"P{n}", "knows", f"P{(n * 5 + 1) % 12}", at=None if n % 4 else DAY) for n in range(12)]
        assert choose(entities, facts) == choose(entities[::-1], facts[::-1])


class TestPage:
    def picture(self, text: str) -> Picture:
        told = Interaction(id="i", session=text, kind="message", text=text, speaker=text, at=DAY)
        ends = (Entity(id="a", name=text, aliases=(text,)), Entity(id="b", name="Bob", kind=text))
        facts = (fact("a", text, "b", text=text, sources=("i",)),)
        return Picture(entities=ends, facts=facts, interactions=(told,))

    def test_it_needs_no_network(self) -> None:
        """One file holds everything: no address to load from, and a policy that forbids loading."""
        seen = read(page(self.picture("plain")))
        assert seen.links == []
        assert seen.tags.count("script") == 2
        assert "link" not in seen.tags
        assert "img" not in seen.tags

    @pytest.mark.parametrize("where", ["title", "memory"])
    def test_memory_text_stays_text(self, where: str) -> None:
        """Markup in a name, a fact or a message opens no element and ends none."""
        plain = read(page(self.picture("plain"), title="plain"))
        written = page(
            self.picture(NASTY if where == "memory" else "plain"), title=NASTY if where == "title" else "plain"
        )
        seen = read(written)
        assert seen.tags == plain.tags
        assert seen.scripts[1] == plain.scripts[1]
        if where == "memory":
            assert data_of(written)["entities"][0]["name"] == NASTY
            assert data_of(written)["said"][0]["text"] == NASTY
        else:
            assert "".join(seen.titles) == NASTY

    def test_only_our_script_may_run(self) -> None:
        """The page's policy names the digest of the one script, and nothing else may run or load."""
        written = page(self.picture("plain"))
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', written)
        assert policy is not None
        assert policy[1].startswith("default-src &#x27;none&#x27;")
        assert "unsafe" not in policy[1]
        assert policy[1].count("sha256-") == 2

    def test_facts_say_their_dates_and_what_qualifies_them(self) -> None:
        """A fact in the page carries the day it was said, its interval, and whether it is denied, wished or over."""
        facts = (
            fact("a", "works_at", "b", id="1", valid_at=DAY),
            fact("a", "works_at", "b", id="2", negated=True),
            fact("a", "works_at", "b", id="3", modality="wish"),
            fact("a", "works_at", "b", id="4", expired_at=DAY),
            fact("a", "works_at", "b", id="5", at=None),
        )
        data = data_of(page(replace(self.picture("plain"), facts=facts)))["facts"]
        assert [f["mark"] for f in data] == ["", "denied", "wish", "superseded", ""]
        assert [f["said_on"] for f in data] == ["2026-03-01"] * 4 + [""]
        assert data[0]["since"] == "2026-03-01"
        assert data[0]["predicate"] == "works at"

    def test_a_long_source_says_where_it_was_cut(self) -> None:
        """A long interaction is shown in part, and shows that it is a part."""
        told = data_of(page(self.picture("word " * 1000)))["said"][0]["text"]
        assert isinstance(told, str)
        assert told.endswith("[…]")

    def test_an_empty_memory_is_a_page_too(self) -> None:
        """A memory without facts still gives a page that opens."""
        assert data_of(page(Picture()))["entities"] == []
