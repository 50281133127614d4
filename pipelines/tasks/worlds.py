"""Worlds: families of tasks with hidden regularities. The reward is computed from the rules, never judged.

Each world draws tasks of several kinds. A kind has decisions, a decision has options, and exactly one option is right:
either by a rule of the kind (a tool, a setting, an order), or by what the task is about (a customer's own portal),
which only having met it before can tell. Distractor kinds succeed by chance whatever is done. Outcomes are noisy, and
half-way through, the rules of half the kinds change.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["WORLDS", "Decision", "Task", "World", "worlds"]

#: Chance that a success that was earned is lost, and that one comes undeserved.
LOST, UNDESERVED = 0.1, 0.02
#: Chance that a step's own reward is the wrong one.
MISHEARD = 0.1


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice on the way: what is decided, and the options there are."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A task as an agent sees it (`text`, `decisions`), and what is right (`answers`, None: chance decides).

    Whom it is about (`subject`) and how many of the last decisions hang on that (`personal`) are for bounds alone.
    """

    text: str
    kind: str
    decisions: tuple[Decision, ...]
    answers: tuple[str, ...] | None
    heard: float = 0.0
    subject: str = ""
    personal: int = 0

    def reward(self, place: int, choice: str, *, luck: random.Random) -> float | None:
        """Return what a step earns at once: 1 right, -1 wrong; None where the world keeps silent."""
        if self.answers is None or luck.random() >= self.heard:
            return None
        right = (choice == self.answers[place]) != (luck.random() < MISHEARD)
        return 1.0 if right else -1.0

    def succeeds(self, choices: Sequence[str], *, luck: random.Random) -> bool:
        """Tell whether these choices, one a decision, succeed."""
        if self.answers is None:
            return luck.random() < 0.5
        chance = 1 - LOST if tuple(choices) == self.answers else UNDESERVED
        return luck.random() < chance


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task: its wordings, whom it may be about, its decisions, and which of these depend on whom."""

    name: str
    wordings: tuple[str, ...]
    subjects: tuple[str, ...]
    ruled: tuple[Decision, ...]
    personal: tuple[Decision, ...] = ()
    distractor: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """Kinds of tasks under one roof; `heard` is the share of steps that tell at once whether they were right."""

    name: str
    kinds: tuple[Kind, ...]
    heard: float = 0.0

    def tasks(self, count: int, *, seed: int) -> list[Task]:
        """Return `count` tasks; rules and subjects are drawn by the seed, half the kinds' rules anew half-way."""
        draw = random.Random(f"{self.name} {seed}")  # noqa: S311 # a simulation
        before = {k.name: _rules(k, draw) for k in self.kinds}
        changing = [k.name for k in self.kinds if not k.distractor][::2]
        after = dict(before) | {k.name: _changed(k, before[k.name], draw) for k in self.kinds if k.name in changing}
        own = {(k.name, s): _own(k, draw) for k in self.kinds for s in k.subjects}
        return [self._task(before if n < count // 2 else after, own, draw) for n in range(count)]

    def _task(
        self,
        rules: Mapping[str, tuple[str, ...]],
        own: Mapping[tuple[str, str], tuple[str, ...]],
        draw: random.Random,
    ) -> Task:
        kind = draw.choice(self.kinds)
        subject = draw.choice(kind.subjects)
        text = draw.choice(kind.wordings).format(subject=subject, number=draw.randint(2, 90))
        answers = None if kind.distractor else rules[kind.name] + own[kind.name, subject]
        decisions = kind.ruled + kind.personal
        return Task(text, kind.name, decisions, answers, self.heard, subject, personal=len(kind.personal))


def _rules(kind: Kind, draw: random.Random) -> tuple[str, ...]:
    return tuple(draw.choice(d.options) for d in kind.ruled)


def _changed(kind: Kind, rules: tuple[str, ...], draw: random.Random) -> tuple[str, ...]:
    return tuple(draw.choice([o for o in d.options if o != r]) for d, r in zip(kind.ruled, rules, strict=True))


def _own(kind: Kind, draw: random.Random) -> tuple[str, ...]:
    return tuple(draw.choice(d.options) for d in kind.personal)


# --- three worlds ---------------------------------------------------------------------------------------------------

_PEOPLE = ("Ines Prado", "Marek Holub", "Aiko Tanaka", "Femi Adeyemi", "Lena Vogt", "Rui Sousa")
_FIRMS = ("Alder Mills", "Bluewater Rail", "Corvid Labs", "Dunmore Foods", "Estrela Textiles", "Fenwick Optics")
_PLANTS = ("Line North", "Line Harbour", "Line Meadow", "Line Quarry", "Line Station", "Line Bridge")


def _options(*names: str) -> tuple[str, ...]:
    return names


def _errands() -> World:
    """Tools: which channel and which payment a kind of errand needs, and each firm's own portal."""
    channel = Decision("channel", _options("phone", "web form", "email"))
    payment = Decision("payment", _options("card", "invoice", "cash"))
    portal = Decision("portal", _options("portal A", "portal B"))
    kinds = (
        Kind(
            "table",
            ("Book a table for {number} on behalf of {subject}", "Reserve {number} seats at dinner for {subject}"),
            _PEOPLE,
            (channel, payment),
        ),
        Kind(
            "parts",
            ("Order {number} spare parts from {subject}", "Buy {number} replacement parts at {subject}"),
            _FIRMS,
            (channel, payment),
            (portal,),
        ),
        Kind(
            "visa",
            ("Renew the travel visa of {subject}", "Extend the visa that {subject} travels on"),
            _PEOPLE,
            (channel, payment),
        ),
        Kind(
            "refund",
            ("Claim a refund of {number} euros from {subject}", "Get {number} euros back from {subject}"),
            _FIRMS,
            (channel,),
            (portal,),
        ),
        Kind(
            "weather", ("Ask for sunshine on day {number} for {subject}",), _PEOPLE, (channel, payment), distractor=True
        ),
    )
    return World("errands", kinds, heard=0.2)


def _plant() -> World:
    """Settings: a machine's right temperature and speed by kind of job, and each line's own calibration."""
    heat = Decision("heat", _options("low heat", "medium heat", "high heat"))
    speed = Decision("speed", _options("slow speed", "fast speed", "pulsed speed"))
    gauge = Decision("gauge", _options("gauge one", "gauge two"))
    kinds = (
        Kind(
            "weld",
            ("Weld {number} frames on {subject}", "Join {number} steel frames at {subject}"),
            _PLANTS,
            (heat, speed),
            (gauge,),
        ),
        Kind(
            "paint",
            ("Paint {number} panels on {subject}", "Coat {number} door panels at {subject}"),
            _PLANTS,
            (heat, speed),
        ),
        Kind(
            "cut",
            ("Cut {number} sheets of glass on {subject}", "Trim {number} glass sheets at {subject}"),
            _PLANTS,
            (speed,),
            (gauge,),
        ),
        Kind(
            "pack",
            ("Pack {number} boxes of bolts on {subject}", "Box up {number} bags of bolts at {subject}"),
            _PLANTS,
            (heat, speed),
        ),
        Kind(
            "rumour", ("Find out whether {subject} closes in {number} weeks",), _PLANTS, (heat, speed), distractor=True
        ),
    )
    return World("plant", kinds, heard=0.5)


def _repairs() -> World:
    """Plans: what to do first and what next when software breaks, and each customer's own branch."""
    first = Decision("first", _options("clear the cache", "restart the service", "roll back"))
    then = Decision("then", _options("notify the team", "run the tests", "open a ticket"))
    branch = Decision("branch", _options("branch stable", "branch legacy"))
    kinds = (
        Kind(
            "build",
            ("Fix the failing build number {number} of {subject}", "Mend build {number} at {subject}"),
            _FIRMS,
            (first, then),
            (branch,),
        ),
        Kind(
            "login",
            (
                "Users of {subject} cannot log in since {number} minutes",
                "Sign-in is broken at {subject} for {number} users",
            ),
            _FIRMS,
            (first, then),
        ),
        Kind(
            "slow",
            (
                "Pages of {subject} load in {number} seconds, far too slow",
                "Speed up the pages of {subject}, now {number} seconds",
            ),
            _FIRMS,
            (first, then),
        ),
        Kind(
            "export",
            (
                "The nightly export of {subject} lacks {number} rows",
                "Repair the export of {subject}: {number} rows are missing",
            ),
            _FIRMS,
            (first,),
            (branch,),
        ),
        Kind(
            "luck",
            ("Guess the number between 1 and {number} that {subject} drew",),
            _FIRMS,
            (first, then),
            distractor=True,
        ),
    )
    return World("repairs", kinds, heard=0.35)


WORLDS = ("errands", "plant", "repairs")


def worlds() -> tuple[World, ...]:
    """Return the three worlds."""
    return _errands(), _plant(), _repairs()
