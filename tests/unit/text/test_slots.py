"""Slots: what holds one value at a time."""

from pathlib import Path

import pytest

from graphmem.errors import InvalidInput
from graphmem.text.correction import corrects
from graphmem.text.slots import Slots, shipped_slots


@pytest.mark.parametrize(
    ("predicate", "slot", "role"),
    [
        ("lives_in", "residence", "holds"),
        ("lived_in", "residence", "over"),
        ("moved_to", "residence", "begins"),
        ("moved_out_of", "residence", "ends"),
        ("works_at", "work", "holds"),
        ("worked_at", "work", "over"),
        ("quit_job_at", "work", "ends"),
        ("stopped_working_at", "work", "ends"),
        ("married", "marriage", "begins"),
        ("favorite_colour", "favourite_colour", "holds"),
        ("stopped_eating", "eats", "ends"),
        ("bought", "bought", "event"),
        ("likes", "likes", "holds"),
    ],
)
def test_relations_have_their_place(predicate: str, slot: str, role: str) -> None:
    """A relation in any tense is read as what it says of its slot."""
    place = shipped_slots().of(predicate)[0]
    assert (place.slot, place.role) == (slot, role)


@pytest.mark.parametrize(
    ("subject", "one"),
    [("Ada's job title", True), ("capital of Portugal", True), ("Ada's sister", False), ("Ada", False)],
)
def test_a_thing_of_somebodys_may_be_one(subject: str, one: bool) -> None:
    """ "X's N is Y" fills a slot where there is one N at a time; sisters may be several."""
    assert shipped_slots().of("is", subject)[0].one is one


def test_a_users_table_adds_slots(tmp_path: Path) -> None:
    """A file of the user's makes a slot of another relation, and replaces one of ours."""
    path = tmp_path / "slots.toml"
    path.write_text('[desk]\nholds = "sit_at"\nbegins = "switch_to"\n[work]\none = false\nholds = "work_at"\n')
    slots = Slots.load(path)
    assert slots.of("sits_at")[0].one
    assert slots.of("sat_at")[0].role == "over"
    assert not slots.of("works_at")[0].one
    assert slots.of("lives_in")[0].one


@pytest.mark.parametrize("text", ["no toml", "[Desk]\n", "[desk]\nholds = 3", '[desk]\nvalues = "some"', "[d]\nx = 1"])
def test_a_malformed_table_is_refused(tmp_path: Path, text: str) -> None:
    """What is no table of slots is refused with the form it should have."""
    path = tmp_path / "slots.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput):
        Slots.load(path)


def test_a_correction_of_a_date_needs_a_cue() -> None:
    """The same value with another date is set right only where the text says so."""
    assert corrects("Actually I moved to Porto in May.", new="Porto", old="", dated=True)
    assert not corrects("I moved to Porto in May.", new="Porto", old="", dated=True)
    assert not corrects("Lisbon is great. I moved to Porto in May.", new="Porto", old="Lisbon", dated=True)


def test_a_name_of_several_lines_is_read_once():
    """A long name with a line's end in it is taken apart at its first "of", in one go."""
    assert shipped_slots().possessed("capital of " + "a of " * 20_000 + "\nx")[1] == "capital"
