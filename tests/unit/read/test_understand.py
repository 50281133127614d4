from graphmem.read.understand import MAX_QUESTION, understand


def test_people_are_named_by_full_or_first_name():
    """A speaker is named by either, whatever the case, with or without a possessive."""
    for text in ("What does Ada do?", "what does ada do", "Ada's cat?", "ADA?", "Is it Ada Byron?"):
        assert understand(text).calls("Ada Byron")
    assert not understand("What about adaptation?").calls("Ada Byron")
    assert not understand("What does Byron do?").calls("Ada Byron")


def test_names_that_are_common_words_count_only_with_a_capital():
    """ "Will" is a person in "Did Will come?", and not in "Will it rain?"."""
    assert understand("Did Will come?").calls("Will")
    assert not understand("will it rain?").calls("Will")
    assert not understand("Will it rain?").calls("Will")


def test_letters_are_no_names():
    """A speaker called by one letter is not named by every such letter."""
    assert not understand("What did I do?").calls("I")


def test_what_is_asked_for_is_told_apart():
    """Time, number and place questions are recognised."""
    when, count, where = (understand(t) for t in ("When was it?", "How many were there?", "In which city?"))
    assert (when.when, when.how_many, when.where) == (True, False, False)
    assert (count.when, count.how_many, count.where) == (False, True, False)
    assert (where.when, where.how_many, where.where) == (False, False, True)


def test_each_term_counts_once():
    """Saying a word twice doesn't make it count twice."""
    assert understand("violin, violin and violins").chat_terms == ("violin",)


def test_a_document_as_a_question_is_cut():
    """Reading a question takes bounded time, however long it is."""
    assert len(understand("x" * 10**6).text) == MAX_QUESTION
