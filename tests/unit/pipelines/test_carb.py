import pytest

from graphmem.text.open_extraction import OpenExtraction
from pipelines.carb import Gold, match, score


def test_a_tuple_matches_itself() -> None:
    """The same words in the same places are all precise and all recalled."""
    assert match(Gold("lives in", ("Ada", "Rome")), OpenExtraction("Ada", "lives in", ("Rome",))) == (1.0, 1.0)


def test_no_common_word_in_the_relation_is_no_match() -> None:
    """Arguments count only when the relations share a word."""
    assert match(Gold("lives in", ("Ada", "Rome")), OpenExtraction("Ada", "works", ("Rome",))) == (0.0, 0.0)


def test_further_arguments_are_joined() -> None:
    """Only the first argument is matched apart; the rest is one bag of words."""
    gold = Gold("moved", ("Ada", "to Rome", "in May"))
    assert match(gold, OpenExtraction("Ada", "moved", ("in May", "to Rome"))) == (1.0, 1.0)
    assert match(gold, OpenExtraction("Ada", "moved", ("to Rome",))) == (1.0, pytest.approx(4 / 6))


def test_be_matches_its_forms() -> None:
    """A predicted "be" fits any form of it."""
    assert match(Gold("was", ("Ada", "a nurse")), OpenExtraction("Ada", "be", ("a nurse",))) == (1.0, 1.0)


def test_sayings_match_either_way_round() -> None:
    """What is said and who says it may change places."""
    gold = Gold("said", ("it rains", "Ada"))
    assert match(gold, OpenExtraction("Ada", "said", ("it rains",))) == (1.0, 1.0)


def test_precision_is_one_to_one_and_recall_best_of_all() -> None:
    """A second prediction of one gold tuple costs precision; a missed gold tuple costs recall."""
    gold = {"s": [Gold("lives in", ("Ada", "Rome")), Gold("works at", ("Ada", "Acme"))]}
    same = OpenExtraction("Ada", "lives in", ("Rome",))
    found = score(gold, {"s": (same, OpenExtraction("Ada", "lives in", ("Rome",), 1.0))})
    assert (found.precision, found.recall) == (0.5, 0.5)


def test_the_best_threshold_is_reported() -> None:
    """Wrong predictions of low confidence don't lower the optimum, as in the benchmark."""
    gold = {"s": [Gold("lives in", ("Ada", "Rome"))]}
    right = OpenExtraction("Ada", "lives in", ("Rome",), 0.9)
    wrong = OpenExtraction("it", "rains", ("a lot",), 0.1)
    found = score(gold, {"s": (right, wrong)})
    assert (found.precision, found.recall, found.f1) == (1.0, 1.0, 1.0)


def test_no_prediction_scores_zero() -> None:
    """Silence is no division by zero."""
    assert score({"s": [Gold("is", ("a", "b"))]}, {}).f1 == 0.0
