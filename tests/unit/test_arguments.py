"""What callers hand in is what the annotations say, made uniform, or an error in words."""

import asyncio
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from graphmem import Entity, Fact, Memory, Message, Passage, RecallOptions, Recollection
from graphmem.aio import AsyncMemory
from graphmem.arguments import checked_fields, checked_verbs
from graphmem.errors import InvalidInput
from graphmem.learn.blocks import Core
from graphmem.learn.feedback import Tuning
from graphmem.learn.options import LearningOptions
from graphmem.learn.queries import Query
from graphmem.read.channels import Channels
from tests.conftest import WHEN
from tests.flat import Flat

NAIVE = datetime(2026, 3, 1)  # noqa: DTZ001


@checked_verbs
class _Desk:
    """One verb, with a parameter of each kind."""

    def take(
        self,
        name: str | None = None,
        *rest: Fact | str,
        count: int = 1,
        share: float | None = None,
        sure: bool = False,
        at: datetime | None = None,
        way: Literal["up", "down"] | None = None,
        ids: Sequence[Fact | str] = (),
        pair: tuple[str, str] | None = None,
        weights: Mapping[str, float] | None = None,
        place: str | Path | None = None,
        tick: Callable[[int], None] | None = None,
        anything: object = None,
    ) -> dict[str, Any]:
        """Return what came."""
        return {name: value for name, value in locals().items() if name != "self"}


WRONG: list[tuple[str, object, str]] = [
    ("name", 7, "name must be a string, not an int"),
    ("name", Entity(id="1", name="Ada"), "name must be a string, not an Entity: give its name, 'Ada'"),
    ("name", "\ud800", "name holds a lone surrogate at position 0"),
    ("count", "3", "count must be a whole number, not a str"),
    ("count", True, "count must be a whole number, not True"),
    ("count", 1.5, "count must be a whole number, not a float"),
    ("count", None, "count must be a whole number, not None"),
    ("share", float("nan"), "share is nan: give a finite number"),
    ("share", 10**400, "give a finite number"),
    ("share", "half", "share must be a number, not a str"),
    ("sure", "no", "sure must be True or False, not a str"),
    ("sure", 1, "sure must be True or False, not an int"),
    ("at", "yesterday", "at must be a datetime, not a str: parse it first"),
    ("at", NAIVE, "at 2026-03-01T00:00:00 has no time zone"),
    ("at", NAIVE.date(), "at must be a datetime, not a date"),
    ("way", "left", "way is 'left': give 'up', 'down' or None"),
    ("way", ["up"], "way must be 'up', 'down' or None, not a list"),
    ("ids", "abc", r"ids is the text 'abc': give a list of ids, \['abc'\]"),
    ("ids", b"abc", "ids must be a list, not a bytes"),
    ("ids", {"a": 1}, "ids must be a list, not a dict"),
    ("ids", 7, "ids must be a list, not an int"),
    ("ids", ["a", 7], r"ids\[1\] must be a Fact or a string, not an int"),
    ("ids", [Fact], r"ids\[0\] must be a Fact or a string, not the class Fact"),
    ("pair", ("a",), "pair must be 2 in a tuple"),
    ("weights", [1], "weights must be a mapping, not a list"),
    ("weights", {"a": "b"}, r"weights\['a'\] must be a number"),
    ("place", 7, "place must be a string, a path or None, not an int"),
    ("place", "a\0b", "place 'a.x00b' can be no path: it holds a NUL character"),
    ("tick", "tick", "tick must be a function"),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_is_of_another_kind_is_refused_in_words(name: str, value: object, said: str) -> None:
    """The message names the parameter, what it takes and what came, and the mend where one is likely."""
    with pytest.raises(InvalidInput, match=said) as refused:
        _Desk().take(**{name: value})  # type: ignore[arg-type] # on purpose
    assert type(refused.value) is InvalidInput


def test_what_is_meant_is_taken_and_made_uniform() -> None:
    """Numbers of numpy are numbers, any iterable is several, instants come in UTC, and the rest as it is."""
    fact, at = Fact("Ada", "likes", "tea"), datetime(2026, 3, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    came = _Desk().take(
        "Ada",
        "a",
        fact,
        count=np.int64(3),  # type: ignore[arg-type] # whole, if no int
        share=np.float32(0.5),  # type: ignore[arg-type] # a number, if no float
        sure=np.bool_(True),  # type: ignore[arg-type] # either of the two, if no bool
        at=at,
        ids=(one for one in ("b", fact)),  # type: ignore[arg-type] # several, if no sequence
        weights={"a": 1},
        place=Path("x"),
        anything=_Desk,
    )
    assert (came["name"], came["rest"], came["ids"]) == ("Ada", ("a", fact), ("b", fact))
    assert [type(came[name]) for name in ("count", "share", "sure")] == [int, float, bool]
    assert (came["at"], came["at"].tzinfo) == (at, UTC)
    listed = ["b"]
    assert _Desk().take(ids=listed)["ids"] is listed


def test_a_wrong_call_is_python_s_to_refuse() -> None:
    """Names that there are not, and too many arguments, are TypeErrors as of any function."""
    with pytest.raises(TypeError, match="unexpected keyword"):
        _Desk().take(nothing=1)  # type: ignore[call-arg] # on purpose
    with pytest.raises(TypeError):
        Memory.recall()  # type: ignore[call-arg] # on purpose
    with pytest.raises(TypeError, match="positional"):
        Core.drop(1, "a", "b")  # type: ignore[call-arg, arg-type] # on purpose


class _Nobody:
    """Nothing that any parameter is meant to be."""


def _parameters(kind: type) -> Iterator[tuple[type, str, str]]:
    for name, verb in inspect.getmembers(kind, callable):
        if name.startswith("_") or getattr(verb, "__module__", "").startswith("collections"):
            continue
        for parameter in list(inspect.signature(verb).parameters.values()):
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) and parameter.name != "self":
                yield kind, name, parameter.name


ALL = [told for kind in (Memory, Query, Core, Recollection) for told in _parameters(kind)]


@pytest.fixture(scope="module")
def holder() -> Iterator[dict[type, object]]:
    """A memory with an open query, core blocks and a recollection."""
    with Memory.open(":memory:", embedder=Flat(), extractor=None) as memory:
        memory.remember([Message("A heron.", at=WHEN), Fact("Ada", "likes", "tea")])
        query = memory.query("Watch birds")
        yield {Memory: memory, Query: query, Core: memory.core, Recollection: memory.recall("heron")}


@pytest.mark.parametrize(("kind", "verb", "parameter"), [t for t in ALL if t[1] not in ("count", "index")])
def test_no_verb_takes_what_it_is_not_meant_for(
    holder: dict[type, object], kind: type, verb: str, parameter: str
) -> None:
    """Every parameter of every public verb refuses an object of no kind, by name."""
    with pytest.raises(InvalidInput) as refused:
        getattr(holder[kind], verb)(**{parameter: _Nobody()})
    assert "_Nobody" in str(refused.value)


@pytest.mark.parametrize("verb", ["retained", "used"])
def test_several_things_are_each_looked_at(holder: dict[type, object], verb: str) -> None:
    """What is handed over one by one is looked at one by one."""
    one = holder[Query] if verb == "used" else holder[Memory]
    with pytest.raises(InvalidInput, match="things must be an Insight"):
        getattr(one, verb)("id", _Nobody())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (RecallOptions(session=7), "session must be a string"),  # type: ignore[arg-type]
        (RecallOptions(sessions=7), "sessions must be a list"),  # type: ignore[arg-type]
        (RecallOptions(types=("dream",)), "types.0. is 'dream': give 'interaction', 'fact'"),  # type: ignore[arg-type]
        (RecallOptions(kinds=0), "kinds must be a list"),  # type: ignore[arg-type]
        (RecallOptions(include_superseded="no"), "include_superseded must be True or False"),  # type: ignore[arg-type]
        (Message("x", id=7), "id must be a string"),  # type: ignore[arg-type]
        (Passage("x", title=["a"]), "title must be a string"),  # type: ignore[arg-type]
        (Fact("Ada", "likes", "tea", negated="no"), "negated must be True or False"),  # type: ignore[arg-type]
        (Fact("Ada", "likes", "tea", confidence=None), "confidence must be a number"),  # type: ignore[arg-type]
        (Fact("Ada", "likes", "tea", expired_at=NAIVE), "expired_at .* has no time zone"),
        (Fact("Ada", "likes", "tea", created_at="today"), "created_at must be a datetime"),  # type: ignore[arg-type]
    ],
)
def test_values_are_looked_into(holder: dict[type, object], value: Any, said: str) -> None:
    """What a caller makes is looked at field by field before anything is read or written."""
    memory = holder[Memory]
    assert isinstance(memory, Memory)
    before = memory.stats()
    with pytest.raises(InvalidInput, match=said):
        memory.recall("heron", options=value) if isinstance(value, RecallOptions) else memory.remember(["New.", value])
    assert memory.stats() == before


def test_lists_in_options_are_tuples() -> None:
    """Several may be told in a list, too."""
    options = RecallOptions(types=["fact"], namespaces=["a", "b"])  # type: ignore[arg-type]
    assert checked_fields(options) == RecallOptions(types=("fact",), namespaces=("a", "b"))


@dataclass(frozen=True)
class _Plain:
    """A value with one field."""

    count: int


def test_a_value_that_is_right_is_itself() -> None:
    """Nothing is copied where nothing changes."""
    value = _Plain(1)
    assert checked_fields(value) is value


@pytest.mark.parametrize("kind", [Channels, LearningOptions])
def test_constants_are_numbers(kind: type) -> None:
    """Weights and constants that are no finite numbers are refused where they are made."""
    for name in ("router", "retention") if kind is Channels else ("link_cosine", "links", "half_life", "change"):
        for wrong in ("high", float("nan"), [1]):
            with pytest.raises(InvalidInput, match=name):
                kind(**{name: wrong})


def test_a_tuning_of_no_numbers_is_refused(holder: dict[type, object]) -> None:
    """What would make every later recall fail is not kept."""
    memory = holder[Memory]
    assert isinstance(memory, Memory)
    with pytest.raises(InvalidInput, match="turns"):
        memory.tune(Tuning({"bm25": "much"}))  # type: ignore[dict-item] # on purpose
    assert memory.tuning == Tuning()


async def _asked(memory: Memory) -> None:
    await AsyncMemory(memory).facts(about=Entity(id="1", name="Ada"))  # type: ignore[arg-type] # on purpose


def test_awaited_verbs_refuse_the_same(holder: dict[type, object]) -> None:
    """An awaited verb says what the plain one says."""
    memory = holder[Memory]
    assert isinstance(memory, Memory)
    with pytest.raises(InvalidInput, match="about must be a string, not an Entity: give its name, 'Ada'"):
        asyncio.run(_asked(memory))
