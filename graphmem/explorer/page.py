"""Write a picture as one HTML file that needs no network: its style, its script and its data are inside.

Text from a memory is data, whatever it looks like: it enters the page only as JSON that cannot close its own element,
the script shows it by `textContent` alone, and the page's content policy lets nothing run but that one script.
"""

import hashlib
import html
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from graphmem.explorer.picture import Picture
from graphmem.model import Entity, Fact, Interaction

__all__ = ["page"]

_LONGEST_SOURCE = 600  # characters of an interaction shown under a fact; the page says where it was cut


def page(picture: Picture, *, title: str = "A memory") -> str:
    """Return the page as UTF-8 text: a graph to move about in, a search box, a legend, and details on a click.

    Args:
        picture: what `choose` chose.
        title: shown at the top and in the window's title, as text.
    """
    style, script, body = (_asset(name) for name in ("page.css", "page.js", "page.html"))
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    parts = {
        "POLICY": html.escape(policy),
        "TITLE": html.escape(title),
        "STYLE": style,
        "SCRIPT": script,
        "DATA": _as_script_data(_data(picture)),
    }
    return _filled(body, parts)


def _asset(name: str) -> str:
    return files("graphmem.explorer").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _filled(body: str, parts: Mapping[str, str]) -> str:
    """Fill each `%%NAME%%` of `body` once, in one pass, so that a filled part is never read as a place to fill."""
    pieces = body.split("%%")
    return "".join(parts[piece] if n % 2 else piece for n, piece in enumerate(pieces))


def _as_script_data(value: object) -> str:
    """Render JSON that is safe inside `<script>`: nothing in it can end the element or start a comment or entity."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(picture: Picture) -> dict[str, Any]:
    place = {entity.id: n for n, entity in enumerate(picture.entities)}
    said = {interaction.id: n for n, interaction in enumerate(picture.interactions)}
    return {
        "entities": [_entity(entity) for entity in picture.entities],
        "facts": [_fact(fact, place, said) for fact in picture.facts],
        "said": [_interaction(interaction) for interaction in picture.interactions],
        "left_out": picture.left_out,
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "name": entity.name,
        "kind": entity.kind,
        "aliases": [alias for alias in entity.aliases if alias != entity.name],
        "mentions": entity.mentions,
    }


def _fact(fact: Fact, place: Mapping[str, int], said: Mapping[str, int]) -> dict[str, Any]:
    return {
        "s": place.get(fact.subject_id, -1),
        "o": place.get(fact.object_id, -1),
        "subject": fact.subject,
        "predicate": fact.predicate.replace("_", " "),
        "object": fact.object,
        "text": fact.text,
        "said_on": _day(fact.at),
        "since": _day(fact.valid_at),
        "until": _day(fact.invalid_at),
        "mark": _mark(fact),
        "sources": _known(fact.sources, said),
    }


def _mark(fact: Fact) -> str:
    """Say in a word why a fact is not simply so: denied, a wish, superseded; "" where it is."""
    if fact.expired_at is not None:
        return "superseded"
    return "denied" if fact.negated else fact.modality or ""


def _known(ids: Sequence[str], said: Mapping[str, int]) -> list[int]:
    return [said[i] for i in ids if i in said]


def _interaction(interaction: Interaction) -> dict[str, Any]:
    text = interaction.text
    return {
        "who": interaction.speaker or interaction.title or "",
        "on": _day(interaction.at),
        "where": interaction.source or interaction.session,
        "text": text if len(text) <= _LONGEST_SOURCE else text[:_LONGEST_SOURCE] + " […]",
    }


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""
