"""Questions that ask for a conversation by its place in time: "the third chat on Tuesday", "what we said yesterday"."""

from dataclasses import replace

from graphmem.read.rank import Term, TurnRecipe
from graphmem.read.understand import Question

__all__ = ["addressed"]

_SIGNAL = "asked_session"
#: So many turns of the conversation asked for are candidates, whatever their words.
_CANDIDATES = 200


def addressed(recipe: TurnRecipe, question: Question) -> TurnRecipe:
    """Return a recipe that puts the turns of the conversation asked for first; the same where none is asked for.

    The signal weighs as much as all others together, so that among those turns, and among the rest, the order stays;
    nothing is left out. A recipe that weighs the signal itself is left as it is.
    """
    if (question.session is None and not question.talked) or any(t.signal == _SIGNAL for t in recipe.terms):
        return recipe
    return replace(
        recipe,
        candidates={**recipe.candidates, _SIGNAL: _CANDIDATES},
        lead=_with(recipe.lead) if recipe.lead else (),
        terms=_with(recipe.terms),
    )


def _with(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return (*terms, Term(_SIGNAL, sum(abs(t.weight) for t in terms), "none"))
