from graphmem.text.tokens import CHAT_STOP_WORDS, chat_terms, fold, library_question_terms, library_terms, stem


def test_chat_terms_leave_out_question_words_pronouns_and_auxiliaries():
    """A chat question is searched by what it is about, not by how it is asked."""
    assert chat_terms("What did you and she do before the trip, and who has been there?") == ["trip"]


def test_possessives_and_short_forms_fall_to_their_words():
    """"Ada's" is found by Ada, in either apostrophe; "I'm" and "don't" by nothing."""
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


def test_symbols_alone_have_no_terms():
    """Emoji and punctuation give no terms, and no error."""
    assert chat_terms("🎉 !!! …") == library_terms("") == []


def test_stop_words_are_written_as_tokens_come():
    """Every stop word is lower case without spaces, or it would never be met."""
    assert all(word == fold(word) and " " not in word for word in CHAT_STOP_WORDS)


def test_stems_join_the_forms_of_a_word():
    """Forms of one word share a term."""
    assert {stem(w) for w in ("paint", "painted", "painting", "paints")} == {"paint"}
