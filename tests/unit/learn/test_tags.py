"""Tags bring interactions of one kind together, by what words mean and by what is named."""

from graphmem.learn.tags import MOST, TAGS, tags_of


def test_different_words_of_one_kind_share_a_tag() -> None:
    """Words that share no letter have the tag of what they are about, inflected or not; a text has few of them."""
    assert "food" in tags_of("I had a pizza.")
    assert "food" in tags_of("We were cooking together.")
    assert "music" in tags_of("She bought a guitar.")
    assert "music" in tags_of("He sings in two bands and wrote songs.")
    assert tags_of("The puppies slept.") == ("animals",)
    long = "Pizza, guitars, puppies, sisters, hospitals, novels, trophies, tennis and furniture."
    assert len(tags_of(long)) == MOST


def test_tags_tell_nothing_where_nothing_is_told() -> None:
    """Empty and idle texts, names and signs have no tags, whatever the script; every tag is one of the known."""
    assert [tags_of(t) for t in ("", "Yes, that one.", "Zorblax?!", "你好", "🙂")] == [()] * 5
    assert set(tags_of("My doctor and my boss went to a wedding.")) <= TAGS


def test_what_is_named_counts_less_than_what_is_said() -> None:
    """Kinds of the entities named are tags, behind those of the words; values and unknown kinds are none."""
    assert tags_of("We ate with Grace.", kinds=["person", "person", "value", "unknown"]) == ("food", "people")
    assert tags_of("Lisbon!", kinds=["place"]) == ("places",)
