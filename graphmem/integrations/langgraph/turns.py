"""Which turns of a conversation a memory holds already, and which memories a conversation shows already. Pure.

Turns are told apart by who said them and their words: a client that keeps the conversation itself, and sends all of it
each time, gives no ids, and LangGraph then makes new ones.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from langchain_core.messages import BaseMessage

from graphmem.integrations.langchain.messages import role_of, text_of
from graphmem.integrations.marks import unmarked
from graphmem.model import Hit, Interaction, Message

__all__ = ["Turn", "beyond", "earlier", "shown_in", "unsaid"]

#: Who said it (a role, None unknown), and the words without the space around them.
Turn = tuple[str | None, str]


def shown_in(messages: Iterable[BaseMessage]) -> frozenset[Turn]:
    """Return the turns that messages show, without memories that stand in them."""
    turns = ((role_of(message), unmarked(text_of(message)).strip()) for message in messages)
    return frozenset(turn for turn in turns if turn[1])


def beyond(hits: Sequence[Hit], *, session: str, shown: frozenset[Turn], top_k: int) -> tuple[Hit, ...]:
    """Return the hits that tell more than a conversation shows, in their order, at most `top_k` of each type.

    Args:
        hits: what was found.
        session: the conversation's; the same words of another conversation are kept, because their date is news.
        shown: what the model sees of this conversation anyway.
        top_k: places of each type, >= 1.
    """
    kept: list[Hit] = []
    places: Counter[str] = Counter()
    for hit in hits:
        told = hit.interaction
        seen = hit.type == "interaction" and told is not None and told.session == session and _turn(told) in shown
        if not seen and places[hit.type] < top_k:
            places[hit.type] += 1
            kept.append(hit)
    return tuple(kept)


def earlier(told: Sequence[Message]) -> Sequence[Message]:
    """Return what comes before the last message of the user: a client that sends it brings back what was said."""
    return told[: max((place for place, one in enumerate(told) if one.role == "user"), default=0)]


def unsaid(told: Sequence[Message], *, known: frozenset[str], held: Sequence[Interaction]) -> list[Message]:
    """Return the messages that a session does not hold yet, in their order.

    What is `earlier` is taken for one that is held where role and words are the same, each held one once. The last
    message of the user and the answers to it are new unless their ids are known.

    Args:
        told: a conversation's messages, oldest first, with their ids.
        known: those of the ids that the memory knows.
        held: what the session holds, those with known ids among it or not.
    """
    free = Counter(_turn(one) for one in held if one.id not in known)
    before = len(earlier(told))
    fresh: list[Message] = []
    for place, one in enumerate(told):
        if one.id in known:
            continue
        if place < before and free[_turn(one)]:
            free[_turn(one)] -= 1
        else:
            fresh.append(one)
    return fresh


def _turn(one: Message | Interaction) -> Turn:
    return one.role, one.text.strip()
