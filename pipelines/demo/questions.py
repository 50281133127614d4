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
        "Where does Maya live?",
        "who and where",
        "She applies, plans, moves: it was said over half a year, in passing.",
    ),
    Question(
        "When did Jonas and Lukas pick up their greyhound?",
        "when",
        "Every interaction carries the instant at which it was said: “yesterday” is the day before.",
    ),
    Question(
        "At which university did the designer of the Kestrel board study?",
        "two hops over documents",
        "No passage holds both: the board's names its designer, the designer's names the university.",
        RecallOptions(kinds=("passage",)),
    ),
    Question(
        "Does Maya eat fish?",
        "a preference that changed",
        "Vegetarian since 2014, until a smoked eel in September.",
    ),
    Question(
        "When is Jonas's wedding?",
        "a correction",
        "13 June was announced first, then moved by a week.",
    ),
    Question(
        "Which exercises for the ankle were suggested?",
        "what the assistant said",
        "Asked of the assistant's turns alone: RecallOptions(roles=('assistant',)).",
        RecallOptions(roles=("assistant",)),
    ),
)
