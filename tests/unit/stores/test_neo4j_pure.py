"""What the Neo4j store decides without a server: addresses, errors, places, arrows, how deep it searches."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import neo4j.exceptions
import pytest
from neo4j.exceptions import ClientError, DriverError, GqlError, IncompleteCommit, Neo4jError

from graphmem.errors import InvalidInput, StoreError, StoreUnavailable
from graphmem.model import Interaction
from graphmem.read.beyond import words_of
from graphmem.stores.neo4j import failures
from graphmem.stores.neo4j.address import is_address, parse_address
from graphmem.stores.neo4j.arrows import FALLBACK, arrow_type
from graphmem.stores.neo4j.failures import translated
from graphmem.stores.neo4j.searching import _enough, full_text
from graphmem.stores.neo4j.values import after_place, before_place, caption, instant, place_text

DRIVER_ERRORS = [
    cls
    for cls in vars(neo4j.exceptions).values()
    if isinstance(cls, type) and issubclass(cls, DriverError | Neo4jError | GqlError)
]
#: Classes so general that they say nothing: a new one right below them needs a mapping of its own.
ROOTS = (DriverError, Neo4jError, GqlError)
AT = datetime(2026, 5, 4, tzinfo=UTC)


class TestAddress:
    def test_everything_may_be_in_it(self) -> None:
        """User, password, port and database are read from the address; the password is never shown again."""
        address = parse_address("neo4j+s://ada:p%40ss%3Aword@example.org:1234/memories")
        assert (address.uri, address.database) == ("neo4j+s://example.org:1234", "memories")
        assert address.auth == ("ada", "p@ss:word")
        assert address.location == "neo4j+s://example.org:1234/memories"
        assert "p@ss" not in repr(address)

    def test_everything_but_the_host_may_be_left_out(self) -> None:
        """The port is Bolt's own, the database the user's home, and nobody asks."""
        address = parse_address("bolt://localhost")
        assert (address.uri, address.database, address.auth) == ("bolt://localhost:7687", None, None)

    def test_arguments_win(self) -> None:
        """What is told apart from the address holds."""
        address = parse_address("neo4j://a:b@[::1]:7/x", auth=("c", "d"), database="y")
        assert (address.uri, address.database, address.auth) == ("neo4j://[::1]:7", "y", ("c", "d"))

    @pytest.mark.parametrize(
        "location",
        ["http://localhost", "neo4j://", "neo4j://localhost:port", "neo4j://localhost/a/b", "neo4j://localhost?x=1"],
    )
    def test_others_are_refused(self, location: str) -> None:
        """Another scheme, no host, no port, a path: each is refused with an address that works."""
        with pytest.raises(InvalidInput, match=r"neo4j://localhost:7687|name of a database"):
            parse_address(location)

    def test_the_password_is_in_no_error(self) -> None:
        """An address that is refused is shown without who asks."""
        with pytest.raises(InvalidInput) as refused:
            parse_address("http://ada:secret@localhost")
        assert "secret" not in str(refused.value)

    def test_which_locations_are_addresses(self) -> None:
        """Paths are none, and neither are other servers."""
        assert is_address("neo4j://localhost")
        assert is_address("bolt+ssc://localhost")
        assert not any(map(is_address, ("memory.db", ":memory:", "neo4j", "https://localhost", "/neo4j://x")))


class TestFailures:
    @pytest.mark.parametrize("cls", DRIVER_ERRORS, ids=lambda c: c.__name__)
    def test_no_error_of_the_driver_is_unmapped(self, cls: type[Exception]) -> None:
        """Every class of the driver's errors becomes one of ours, by itself or by a class above it."""
        listed = [known for known, _ in failures._BY_CLASS]
        first = next(known for known in listed if issubclass(cls, known))
        assert first is cls or first not in ROOTS, "give it a place and a mend of its own"
        assert not any(issubclass(cls, known) for known in listed if issubclass(known, first) and known is not first)

    def test_what_is_raised_is_ours_and_says_where(self) -> None:
        """The message holds the place and what mends it."""
        mapped = translated(IncompleteCommit("lost"), where="neo4j://here: save (facts.cypher)")
        assert isinstance(mapped, StoreUnavailable)
        assert str(mapped).startswith("neo4j://here: save (facts.cypher): ")
        assert "repeat" in str(mapped)

    def test_the_code_decides_before_the_class(self) -> None:
        """A refusal by code is told apart from other errors of its class."""
        err = ClientError._hydrate_neo4j(code="Neo.ClientError.Database.DatabaseNotFound", message="no such")
        assert isinstance(translated(err, where="x"), StoreUnavailable)
        assert "no database of that name" in str(translated(err, where="x"))
        other = ClientError._hydrate_neo4j(code="Neo.ClientError.Statement.Something", message="odd")
        assert type(translated(other, where="x")) is StoreError

    def test_what_cannot_be_encoded_is_the_callers(self) -> None:
        """A lone surrogate is refused as input, not as a failure of the store."""
        err = UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        assert isinstance(translated(err, where="x"), InvalidInput)


class TestPlaces:
    def test_places_sort_as_instants_and_arrivals_do(self) -> None:
        """Undated first, then by instant, then by arrival; bounds fall between."""
        ordered = [
            (None, 3), (None, 12), (datetime(1, 1, 1, tzinfo=UTC), 1), (datetime(1969, 12, 31, 23, tzinfo=UTC), 9),
            (AT, 2), (AT, 10), (AT + timedelta(microseconds=1), 1), (datetime(9999, 12, 31, tzinfo=UTC), 1),
        ]  # fmt: skip
        places = [place_text(at, n) for at, n in ordered]
        assert places == sorted(set(places))
        assert place_text(None, 12) < before_place(datetime(1, 1, 1, tzinfo=UTC)) < place_text(AT, 0)
        assert before_place(AT) < place_text(AT, 0)

    def test_a_page_goes_on_behind_the_later_bound(self) -> None:
        """`since` and `after` both hold, and a bound of time leaves out the undated."""
        told = Interaction(id="a", session="s", kind="message", text="x", at=AT, arrival=5)
        assert after_place(told, since=AT + timedelta(1), dated=False) == before_place(AT + timedelta(1))
        assert after_place(told, since=AT, dated=True) == place_text(AT, 5)
        assert place_text(None, 99) < after_place(None, since=None, dated=True) < place_text(AT, 1)
        assert after_place(None, since=None, dated=False) < place_text(None, 0)

    def test_instants_are_plain_utc(self) -> None:
        """Another zone becomes UTC; a naive instant is refused."""
        there = instant(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))))
        assert there is not None
        assert (there.tzinfo, there.hour) == (UTC, 22)
        with pytest.raises(InvalidInput, match="time zone"):
            instant(datetime(2026, 1, 1))  # noqa: DTZ001 # what is refused


class TestArrows:
    @pytest.mark.parametrize(
        ("predicate", "type_"),
        [("works_at", "WORKS_AT"), ("born_2", "BORN_2"), ("lives_in", "LIVES_IN")],
    )
    def test_a_predicate_in_the_grammar_is_a_type(self, predicate: str, type_: str) -> None:
        """Lower snake case becomes capitals."""
        assert arrow_type(predicate) == type_

    @pytest.mark.parametrize(
        "predicate",
        ["", "_x", "2nd", "says `x`", "a-b", "a b", "`]->() DELETE n", "été", "ß", "mentions", "next", "x" * 41,
         "synonym_of", "WORKS", "ı"],
    )  # fmt: skip
    def test_any_other_shares_the_fallback(self, predicate: str) -> None:
        """What is outside the grammar, too long, or a type of ours never becomes a type."""
        assert arrow_type(predicate) == FALLBACK

    def test_captions_are_short(self) -> None:
        """A caption is one line of at most sixty characters."""
        assert caption("Ada", "I moved\nto  Lisbon") == "Ada: I moved to Lisbon"
        assert len(caption("word " * 100)) <= 60


class TestSearch:
    def test_words_are_asked_for_within_a_namespace(self) -> None:
        """Any of the words in any field, and the namespace's digest for certain; operators are no words."""
        words = words_of("NOT (a) title:* 'river' AND \"bank\" ~2^3 || fjäll_8?")
        assert words == ("title", "river", "bank", "2", "3", "fjäll", "8")
        assert full_text(words[:2], nskey="k1") == (
            "+nskey:k1 +(title:(title river) text:(title river) caption:(title river))"
        )
        assert words_of("Where is it, and what was that?") == ()
        assert len(words_of(" ".join(map(str, range(500))))) == 64

    def test_more_is_asked_for_until_there_is_enough(self) -> None:
        """Rows that pass no filter make the next question deeper; an index without more rows ends it; so does depth."""
        asked: list[int] = []

        def index(of: int, *, passing: int) -> Callable[[int], list[tuple[str | None]]]:
            def rows(count: int) -> list[tuple[str | None]]:
                asked.append(count)
                return [(str(n) if n % passing == 0 else None,) for n in range(min(count, of))]

            return rows

        assert _enough(index(10**6, passing=1), top_k=3) == (["0", "1", "2"], False)
        assert asked == [15]
        found, cut = _enough(index(10**6, passing=100), top_k=10)
        assert (len(found), cut, asked[1:]) == (10, False, [50, 200, 800, 3_200])
        found, cut = _enough(index(400, passing=100), top_k=10)
        assert (found, cut) == (["0", "100", "200", "300"], False)
        found, cut = _enough(index(10**6, passing=5_000), top_k=10)
        assert (len(found), cut, asked[-1]) == (4, True, 20_000)
