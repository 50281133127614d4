from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.text.tokens import (
    CHAT_STOP_WORDS,
    chat_terms,
    fold,
    library_question_terms,
    library_terms,
    shared_chat_terms,
    stem,
)

#: Letters that stemming rules are about, so that short random words meet every rule.
STEMMED = st.text("aeybdsinglt'", min_size=1, max_size=9)


def test_chat_terms_leave_out_question_words_pronouns_and_auxiliaries():
    """A chat question is searched by what it is about, not by how it is asked."""
    assert chat_terms("What did you and she do before the trip, and who has been there?") == ["trip"]


def test_possessives_and_short_forms_fall_to_their_words():
    """ "Ada's" is found by Ada, in either apostrophe; "I'm" and "don't" by nothing."""
    assert chat_terms("Ada's Ada’s I'm don't DON’T") == ["ada", "ada"]


def test_library_terms_keep_what_chat_leaves_out():
    """Documents keep sequence words, and only a question about them loses its question words."""
    assert library_terms("After which war?") == ["after", "which", "war"]
    assert library_question_terms("After which war?") == ["after", "war"]


def test_accents_and_case_do_not_matter():
    """Whoever types without accents finds what was written with them."""
    assert chat_terms("CAFÉ São Paulo") == chat_terms("cafe sao paulo")
    assert fold("Ｃafé") == "cafe"


def test_scripts_without_spaces_are_searched_by_pairs_of_characters():
    """A word inside a Japanese or Chinese sentence is found though nothing marks where it begins."""
    assert set(chat_terms("東京")) <= set(chat_terms("昨日、東京タワーへ行った"))
    assert chat_terms("猫") == ["猫"]


def test_one_ideograph_is_found_inside_a_sentence():
    """A word of a single ideograph is a term, so that whoever asks for it finds it."""
    assert set(chat_terms("猫")) <= set(chat_terms("私は猫が好きです"))


def test_vowel_signs_do_not_break_words():
    """Pointed Arabic and Hebrew are found by plain spelling, Hindi words stay whole, an Arabic article is no matter."""
    assert chat_terms("كِتَاب") == chat_terms("الكتاب") == chat_terms("كتـاب") == ["كتاب"]
    assert chat_terms("שָׁלוֹם") == chat_terms("שלום")
    assert chat_terms("हिन्दी में किताब") == library_terms("हिन्दी में किताब") == ["हिन्दी", "में", "किताब"]
    assert set(chat_terms("မြန်မာ")) <= set(chat_terms("ကျွန်တော်မြန်မာစာသင်တယ်"))


def test_symbols_alone_have_no_terms():
    """Emoji and punctuation give no terms, and no error."""
    assert chat_terms("🎉 !!! …") == library_terms("") == []


def test_stop_words_are_written_as_tokens_come():
    """Every stop word is lower case without spaces, or it would never be met."""
    assert all(word == fold(word) and " " not in word for word in CHAT_STOP_WORDS)


def test_stems_join_the_forms_of_a_word():
    """Forms of one word share a term."""
    assert {stem(w) for w in ("paint", "painted", "painting", "paints")} == {"paint"}


@given(words=st.lists(STEMMED, min_size=1, max_size=8), others=st.lists(STEMMED, max_size=4))
@settings(max_examples=300)
def test_shared_terms_are_those_that_both_have(words, others):
    """Looking only for some terms finds exactly those of them that the text has, however its words are stemmed."""
    text = " ".join(words)
    every = chat_terms(text)
    wanted = tuple(dict.fromkeys([*every[::2], *chat_terms(" ".join(others))]))
    assert shared_chat_terms(text, wanted) == frozenset(every) & frozenset(wanted)


def test_shared_terms_of_irregular_words_and_other_scripts():
    """Words that change their beginning when stemmed, and scripts without spaces, are found all the same."""
    text = "dying skies idly early 東京タワー Ärger"
    assert shared_chat_terms(text, tuple(chat_terms(text))) == frozenset(chat_terms(text))
