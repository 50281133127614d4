"""The six questions of the demo, one of each kind."""

from dataclasses import dataclass

from graphmem import RecallOptions

__all__ = ["QUESTIONS", "Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, what kind it is and what is told about it to somebody who watches."""

    text: str
    kind: str
    note: str
    options: RecallOptions | None = None


QUESTIONS: tuple[Question, ...] = (
    Question(
        "Where does Maya live now?",
        "who and where",
        "She plans, corrects herself and moves: it was said over four months.",
    ),
    Question("When did Jonas get his dog?", "when", "Every interaction carries the instant at which it was said."),
    Question(
        "At which university did the designer of the Kestrel board study?",
        "two hops over documents",
        "No passage holds both: the board's names its designer, the designer's names the university.",
        RecallOptions(kinds=("passage",)),
    ),
    Question(
        "Is Maya drinking coffee these days?",
        "a preference that changed",
        "She stopped, suffered, and began again.",
    ),
    Question(
        "On what date will Jonas and Lukas get married?",
        "a correction",
        "13 June was announced first, then moved.",
    ),
    Question(
        "Which ankle exercises did the assistant suggest?",
        "what the assistant said",
        "The assistant's turns are remembered like anybody's.",
    ),
)
