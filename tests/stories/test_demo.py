"""The demo, as somebody who has just installed graphmem sees it."""

import doctest
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from graphmem import Memory, Message, Passage
from graphmem.ports import Embedder, Extractor
from pipelines.demo import show
from pipelines.demo.__main__ import NAMESPACE, main
from pipelines.demo.history import runs
from pipelines.demo.questions import QUESTIONS

#: Words of the interaction that answers each question.
ANSWERS = {
    "Where does Maya live?": "I live in Porto",
    "When did Jonas and Lukas pick up their greyhound?": "We picked Pixel up yesterday",
    "At which university did the designer of the Kestrel board study?": "electronics at the University of Coimbra",
    "Does Maya eat fish?": "I now eat fish",
    "When is Jonas's wedding?": "20 June 2026",
    "Which exercises for the ankle were suggested?": "write the alphabet in the air with your toes",
}


@dataclass(frozen=True)
class Shown:
    """What one run of the demo printed, and where it wrote."""

    text: str
    out: Path


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    out = tmp_path_factory.mktemp("demo")
    (out / "demo.db").write_bytes(b"a former demo's file")
    printed = io.StringIO()
    assert main(["--out", str(out)], console=Console(file=printed, width=100)) == 0
    return Shown(printed.getvalue(), out)


@pytest.fixture
def memory(shown: Shown, embedder: Embedder, extractor: Extractor) -> Iterator[Memory]:
    with Memory.open(
        shown.out / "demo.db", namespace=NAMESPACE, embedder=embedder, extractor=extractor, read_only=True
    ) as memory:
        yield memory


def test_the_history_is_a_year_of_a_life() -> None:
    """At least 200 dated interactions over more than a year: chats, an assistant, documents."""
    told = [one for run in runs() for one in run.told]
    instants = [one.at for one in told if one.at]
    assert len(told) == len(instants) >= 200
    assert max(instants) - min(instants) > timedelta(days=365)
    assert instants == sorted(instants)
    speakers = {one.speaker for one in told if isinstance(one, Message)}
    assert speakers == {"Maya", "Jonas", "Assistant"}
    assert sum(isinstance(one, Passage) for one in told) >= 20


def test_it_tells_what_it_does_and_what_to_do_next(shown: Shown) -> None:
    """The demo shows the questions, dated hits with the parts of their scores, facts, and where the page is."""
    for question in QUESTIONS:
        assert question.text in shown.text
    for word in ("interactions", "score:", "path:", "facts about Maya", "graph.html", "Next:"):
        assert word in shown.text
    assert "2025-05-18" in shown.text


def test_piped_output_is_plain(shown: Shown) -> None:
    """Written to a file, the demo prints no bars, no colours and nothing over what it has printed."""
    assert "\x1b" not in shown.text
    assert "\r" not in shown.text
    assert "━" not in shown.text.split("Remembered")[0]


def test_every_question_is_answered_near_the_top(memory: Memory) -> None:
    """Each of the six questions has the interaction that answers it among its first three hits."""
    missed = []
    for question in QUESTIONS:
        found = memory.recall(question.text, top_k=3, options=question.options)
        if not any(ANSWERS[question.text] in hit.text for hit in found):
            missed.append(question.text)
    assert missed == []


def test_the_two_hops_are_explained(memory: Memory) -> None:
    """The passage that names neither board nor question is reached over its designer, and the hit says so."""
    question = next(q for q in QUESTIONS if "designer" in q.text)
    found = memory.recall(question.text, top_k=3, options=question.options)
    reached = next(hit for hit in found if "University of Coimbra" in hit.text)
    assert "Ines Caldeira" in str(reached.why.path)


def test_the_page_holds_the_people(shown: Shown) -> None:
    """The page is written, names the people of the history, and loads nothing."""
    page = (shown.out / "graph.html").read_text(encoding="utf-8")
    assert all(name in page for name in ("Maya", "Jonas", "Tidewater Labs", "Porto"))
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_a_second_run_starts_anew(shown: Shown, memory: Memory) -> None:
    """A file left by an earlier demo is replaced, so that the demo's memory holds its history once."""
    assert memory.stats().interactions == sum(len(run.told) for run in runs())
    assert memory.stats().pending == 0


def test_examples_hold() -> None:
    """The examples in the docstrings of the demo's rendering are true."""
    assert doctest.testmod(show) == doctest.TestResults(failed=0, attempted=1)
