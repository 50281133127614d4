"""Whether a text sets an earlier statement right: "actually it's Porto, not Lisbon". Pure."""

import re

__all__ = ["corrects", "may_correct"]

_CUE = re.compile(
    r"\b(?:actually|correction|i meant|i mean|meant to say|my mistake|my bad|i misspoke|i was wrong|that was wrong|"
    r"that's wrong|to be precise|scratch that|i got that wrong|i mixed (?:that|it) up|typo)\b"
)
_SORRY = re.compile(r"^(?:oh,? |oops,? |no,? )*sorry\b")
#: Words that tell of a change, not of a mistake.
_CHANGE = re.compile(
    r"\b(?:now|nowadays|any ?more|any longer|no longer|these days|since|recently|lately|just|yesterday|today|"
    r"last (?:week|month|year|night)|this (?:week|month|year))\b"
)
_BETWEEN = r"(?:(?:in|at|to|for|on|with|by|from|as|a|an|the|it's|its|it is|is|was)\s+)*"
_ANY = re.compile(rf"{_CUE.pattern}|\bsorry\b|\bnot\b|\binstead of\b|\brather than\b")
_END = re.compile(r"(?<=[.!?])\s+|\n+")


def may_correct(text: str) -> bool:
    """Tell, quickly, whether a text holds any word that sets something right."""
    return _ANY.search(text.lower().replace("’", "'")) is not None


def corrects(text: str, *, new: str, old: str, dated: bool = False) -> bool:
    """Tell whether a text gives `new` in the place of `old` as what has been so all along.

    "new, not old" does, and "instead of old"; and so does a cue ("actually", "I meant", "correction") in the sentence
    that names `new`, unless the sentence tells of a change ("now", "any more") or dates it.

    Args:
        text: what was said.
        new: the value it states.
        old: the value stated earlier; "" where only the date differs.
        dated: the statement has a beginning of its own.

    >>> corrects("Actually it's Porto, not Lisbon.", new="Porto", old="Lisbon")
    True
    >>> corrects("Actually I live in Porto now.", new="Porto", old="Lisbon")
    False
    """
    low = text.lower().replace("’", "'")
    name, wrong = new.lower(), re.escape(old.lower())
    for sentence in _END.split(low):
        if name not in sentence:
            continue
        changed = _CHANGE.search(sentence) is not None
        if old and not changed and re.search(rf"\b(?:not|instead of|rather than)\s+{_BETWEEN}{wrong}\b", sentence):
            return True
        cue = _CUE.search(sentence) or _SORRY.search(sentence)
        if cue and not changed and not (old and dated):
            return True
    return False
