from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.model import Fact, Hit, Interaction
from graphmem.read.pack import estimated_tokens, pack
from graphmem.read.recollection import Recollection

AT = datetime(2023, 5, 7, 12, tzinfo=UTC)


def hit(text, *, facts=(), **known):
    told = Interaction(**({"id": text, "session": "chat-1", "kind": "message", "text": text, "speaker": "Ada", "at": AT} | known))  # fmt: skip # noqa: E501
    return Hit(type="interaction", id=told.id, score=1.0, text=text, at=told.at, interaction=told, facts=facts)


def test_a_line_says_when_where_and_who():
    """Hits become dated lines with provenance; what nobody dated says so."""
    lines = pack([hit("I moved\nto Rome."), hit("A city.", at=None, speaker=None, title="Rome", source="atlas.md")], tokens=99)  # fmt: skip # noqa: E501
    assert lines.split("\n") == ["[2023-05-07, chat-1] Ada: I moved to Rome.", "[undated, atlas.md] Rome: A city."]


def test_facts_follow_unless_the_text_says_them():
    """A fact whose relation and object stand in the text is not told twice."""
    said = Fact("Ada", "moved_to", "Rome", text="Ada moved to Rome.")
    more = Fact("Ada", "works_at", "Feedzai", text="Ada works at Feedzai.", valid_at=AT)
    packed = pack([hit("I moved to Rome.", facts=(said, more))], tokens=99)
    assert packed.endswith("fact: Ada works at Feedzai. (since 2023-05-07)")
    assert "Ada moved" not in packed


def test_a_fact_among_the_hits_is_left_out_where_its_source_stands():
    """Asked for both types, a prompt isn't told the same thing twice."""
    turn = hit("I moved to Rome.")
    fact = Fact("Ada", "moved_to", "Rome", text="Ada moved to Rome.", sources=(turn.id,))
    as_hit = Hit(type="fact", id="f", score=1.0, text=fact.text, at=AT, fact=fact)
    assert pack([turn, as_hit], tokens=99).count("\n") == 0
    assert pack([as_hit], tokens=99) == "[2023-05-07] Ada moved to Rome."


def test_wishes_and_denials_are_marked():
    """What is wished or denied isn't told as if it were so."""
    wish = Fact("Ada", "buys", "a boat", text="Ada buys a boat.", modality="wish")
    denied = Fact("Ada", "owns", "a boat", negated=True)
    packed = pack([Hit(type="fact", id=f.predicate, score=1.0, text="", fact=f) for f in (wish, denied)], tokens=99)
    assert packed == "[undated] Ada buys a boat. (wish)\n[undated] Ada owns a boat (not so)"


@given(st.lists(st.text(min_size=1, max_size=80), max_size=8, unique=True), st.integers(0, 120))
def test_the_budget_is_kept_and_lines_are_whole(texts, tokens):
    """Whatever the texts, the estimate never exceeds the budget, and every line is one of the whole ones."""
    hits = [hit(text) for text in texts]
    packed = pack(hits, tokens=tokens)
    assert estimated_tokens(packed) <= tokens
    whole = set(pack(hits, tokens=10**9).split("\n"))
    assert set(packed.split("\n")) <= whole | {""}


@pytest.mark.parametrize(("hits", "tokens"), [([], 800), ([hit("Hello there.")], 0), ([hit("Hello there.")], -5)])
def test_nothing_to_say_or_no_room_is_an_empty_string(hits, tokens):
    """No hits or no room give no lines, and no error."""
    assert pack(hits, tokens=tokens) == ""


def test_the_best_come_first_and_short_ones_fill_what_is_left():
    """A line that doesn't fit gives way to later, shorter ones."""
    packed = pack([hit("first"), hit("word " * 200), hit("last")], tokens=40)
    assert [line.rsplit(" ", 1)[1] for line in packed.split("\n")] == ["first", "last"]


def test_a_recollection_is_a_sequence_that_packs_itself():
    """What recall returns is iterated, counted, sliced and packed."""
    found = Recollection(text="?", hits=(hit("one"), replace(hit("two"), score=0.5)))
    assert (len(found), found[0].text, [h.text for h in found[1:]]) == (2, "one", ["two"])
    assert found.context(tokens=50) == pack(found.hits, tokens=50)
