"""What of an interaction is embedded: the one rule that the write path, the index and re-embedding share. Pure.

A message is embedded undated, with its speaker ("Ada: I moved to Lisbon [shares a photo of a bridge]"), a passage with
its title on a line of its own. What a user says of themselves is embedded sentence by sentence as well.

Long replies of assistants, tools and systems (over 60 words) are not embedded: an encoder of 256 tokens blurs them, and
they cost most of the time of writing. They are found by their words and by the turns they answer: in dense search such
a reply stands where the best of its neighbours stands, slightly lower.
"""

from graphmem.model import Interaction
from graphmem.text.sentences import first_person_sentences

__all__ = ["LONG_REPLY_WORDS", "embedding_text", "embeds", "sentence_texts"]

#: Replies of assistants, tools and systems with more words than this are not embedded.
LONG_REPLY_WORDS = 60

_REPLIES = frozenset({"assistant", "tool", "system"})


def embeds(interaction: Interaction) -> bool:
    """Tell whether the interaction gets a vector of its own."""
    if interaction.kind == "passage" or interaction.role not in _REPLIES:
        return True
    return len(interaction.text.split(maxsplit=LONG_REPLY_WORDS + 1)) <= LONG_REPLY_WORDS


def _spoken(interaction: Interaction, text: str) -> str:
    return f"{interaction.speaker}: {text}" if interaction.speaker else text


def embedding_text(interaction: Interaction) -> str:
    """Return the text whose vector stands for the interaction: undated, with its speaker or its title."""
    if interaction.kind == "passage":
        return f"{interaction.title}\n{interaction.text}" if interaction.title else interaction.text
    shared = f" [shares {interaction.caption}]" if interaction.caption else ""
    return _spoken(interaction, interaction.text) + shared


def sentence_texts(interaction: Interaction) -> list[str]:
    """Return at most six texts, one per declarative first-person sentence; none for passages and replies.

    "I" in an assistant's reply tells nothing that lasts, so that only people's turns have such keys.
    """
    if interaction.kind == "passage" or interaction.role in _REPLIES:
        return []
    return [_spoken(interaction, sentence) for sentence in first_person_sentences(interaction.text)]
