"""Which fold a question is in, so that figures come from weights that never saw it. Pure."""

import zlib

__all__ = ["FOLDS", "OTHER", "fold_of"]

#: Folds of the sets whose questions are split among themselves; LoCoMo's folds are its conversations.
FOLDS = {"longmemeval": 5, "multihop": 2}
#: What the ranking that never saw any question of a set is called among its folds.
OTHER = "other"


def fold_of(dataset: str, *, case: str, question: str) -> str:
    """Return the name of a question's fold: its conversation on LoCoMo, elsewhere a number from its id.

    >>> fold_of("locomo", case="conv-1", question="conv-1:7")
    'conv-1'
    >>> fold_of("multihop", case="musique", question="2hop__1_2")
    'musique/1'
    """
    if dataset == "locomo":
        return case
    number = zlib.crc32(question.encode()) % FOLDS[dataset]
    return f"{case}/{number}" if dataset == "multihop" else str(number)
