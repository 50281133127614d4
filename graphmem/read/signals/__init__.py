"""Signals: pure functions that say one thing about every candidate; rankings weigh them by name."""

from collections.abc import Mapping

from graphmem.read.scene import PassagePool, TurnPool
from graphmem.read.signals import category, dates, dense, library, people, session, style, tokens, words
from graphmem.read.signals.registry import Signal

__all__ = ["PASSAGE_SIGNALS", "TOKEN_SIGNALS", "TURN_SIGNALS", "Signal"]

_MANY = float("inf")

#: Signals of messages and steps, by name.
TURN_SIGNALS: Mapping[str, Signal[TurnPool]] = {
    signal.name: signal
    for signal in (
        Signal("words_own", (0, _MANY), words.words_own),
        Signal("words_context", (0, _MANY), words.words_context),
        Signal("words_session", (0, _MANY), words.words_session),
        Signal("dense", (-1, 1), dense.dense),
        Signal("dense_context", (-1, 1), dense.dense_context),
        Signal("dense_first_person", (-1, 1), dense.dense_first_person),
        Signal("speaker", (0, 1), people.speaker),
        Signal("other_speaker", (0, 1), people.other_speaker),
        Signal("answers_question", (0, 2), style.answers_question),
        Signal("when_time", (0, 2), style.when_time),
        Signal("proper_names", (0, 3), style.proper_names),
        Signal("first_person_past", (0, 6), style.first_person_past),
        Signal("session_position", (0, 1), style.session_position),
        Signal("turn_length", (0, _MANY), style.turn_length),
        Signal("when_length", (0, _MANY), style.when_length),
        Signal("first_person", (0, 3), style.first_person),
        Signal("near_own", (0, 4), session.near_own),
        Signal("session_best", (0, _MANY), session.session_best),
        Signal("session_mean", (0, _MANY), session.session_mean),
        Signal("asked_time", (0, 1), dates.asked_time),
        Signal("told_time", (0, 1), dates.told_time),
        Signal("newest", (0, 1), dates.newest),
        Signal("asked_session", (0, 1), dates.asked_session),
        Signal("category_anchor", (0, _MANY), category.category_anchor),
        Signal("category_family", (0, _MANY), category.category_family),
        Signal("answer_type", (0, _MANY), category.answer_type),
        Signal("token_match", (-1, 1), tokens.token_match),
        Signal("token_context", (0, 1), tokens.token_context),
    )
}

#: Those of them that compare single tokens.
TOKEN_SIGNALS = frozenset({"token_match", "token_context"})

#: Signals of passages, by name.
PASSAGE_SIGNALS: Mapping[str, Signal[PassagePool]] = {
    signal.name: signal
    for signal in (
        Signal("passage_words", (0, _MANY), library.passage_words),
        Signal("passage_dense", (-1, 1), dense.passage_dense),
        Signal("title_in_question", (0, 1), library.title_in_question),
        Signal("one_link", (0, 1.9), library.one_link),
        Signal("log_pagerank", (-16.2, 0), library.log_pagerank),
        Signal("passage_coverage", (0, 1), library.passage_coverage),
        Signal("unmet_meaning", (0, 1), library.unmet_meaning),
        Signal("second_link", (0, 1.9), library.second_link),
        Signal("pair_coverage", (0, 1), library.pair_coverage),
        Signal("shared_names", (0, 1), library.shared_names),
    )
}
