"""What of a question turns are compared with: its text without those who speak there."""

from dataclasses import replace

import pytest

from graphmem import Memory, Passage, Ranking
from graphmem.models.registry import load_embedder
from graphmem.read.heard import unnamed
from graphmem.read.rank import Term
from graphmem.read.understand import understand

_HAND = Ranking.load("hand")
_BY_COSINE = replace(_HAND, turns=replace(_HAND.turns, lead=(), shortlist=0, terms=(Term("dense", 1.0, "none"),)))


@pytest.mark.parametrize(
    ("text", "speakers", "left"),
    [
        ("What did Ada buy for her kids?", ["Ada", "Ben"], "What did buy for her kids?"),
        ("what is ada's cat called?", ["Ada Byron"], "what is cat called?"),
        ("Did Ada Byron meet Ben’s boss in Lisbon?", ["Ada Byron", "Ben"], "Did meet boss in Lisbon?"),
        ("Will Will paint in May?", ["Will", "May", "Ann"], "paint in ?"),
        ("will anybody paint?", ["Will"], "will anybody paint?"),
        ("What did Adam buy?", ["Ada"], "What did Adam buy?"),
        ("What did Ada buy?", [], "What did Ada buy?"),
        ("Who is Ada?", ["Ada"], "Who is Ada?"),
    ],
)
def test_the_names_of_those_who_speak_are_left_out(text: str, speakers: list[str], left: str) -> None:
    """Speakers go by whole or first name; other words, other people's names and a question of nothing else stay."""
    assert unnamed(understand(text), speakers) == left


def test_a_name_in_the_question_brings_nothing_but_its_speaker() -> None:
    """A turn that shares only its speaker's name with the question has the cosine that it has without the name."""
    with Memory.open(":memory:", namespace="ada", extractor=None) as memory:
        for speaker, text in (("Ada", "I adopted a cat from the shelter."), ("Ben", "The tram was late again.")):
            memory.remember(text, speaker=speaker)
        named = {h.text: h for h in memory.recall("Who has Ada adopted?", ranking=_BY_COSINE)}
        unsaid = {h.text: h for h in memory.recall("Who has adopted?", ranking=_BY_COSINE)}
    assert len(named) == 2
    for text, hit in named.items():
        assert hit.score == pytest.approx(unsaid[text].score, abs=1e-4)


def test_passages_are_compared_with_the_whole_question() -> None:
    """A passage beside a chat is found by the name of somebody who speaks in the chat."""
    with Memory.open(":memory:", namespace="ada", extractor=None) as memory:
        memory.remember("I adopted a cat from the shelter.", speaker="Ada")
        memory.remember([Passage("Ada is a city.", title="Ada"), Passage("Rome is a city.", title="Rome")])
        found = memory.recall("Which state is Ada in?", ranking="dense")
    titles = [hit.interaction.title for hit in found if hit.interaction and hit.interaction.title]
    assert titles == ["Ada", "Rome"]


def test_kinds_compete_by_the_whole_question() -> None:
    """What a turn has for its kind is the cosine with all of the question, as a passage beside it has."""
    text, question = "I adopted a cat from the shelter.", "Which cat has Ada adopted?"
    embedder = load_embedder("minilm")
    with Memory.open(":memory:", namespace="ada", extractor=None, embedder=embedder) as memory:
        memory.remember(text, speaker="Ada")
        memory.remember(Passage("Rome is a city.", title="Rome"))
        (turn,) = [hit for hit in memory.recall(question) if hit.text == text]
    cosine = float(embedder.embed([f"Ada: {text}"])[0] @ embedder.embed_question(question))
    assert turn.why is not None
    assert turn.why.parts["kind"] == pytest.approx(Ranking.load().merge * cosine, abs=1e-3)
