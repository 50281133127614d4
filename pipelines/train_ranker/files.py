"""Rankings as files: the one that ships, with where it comes from, and those of the folds."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphmem.read.rank import Ranking, Term

__all__ = ["fold_file", "text_of"]


def _terms(terms: tuple[Term, ...]) -> list[dict[str, Any]]:
    return [{"signal": t.signal, "weight": t.weight, "normalise": t.normalise} for t in terms]


def _told(ranking: Ranking) -> dict[str, Any]:
    turns, passages = ranking.turns, ranking.passages
    return {
        "name": ranking.name,
        "provenance": dict(ranking.provenance),
        "turns": {
            "candidates": [{"signal": signal, "count": count} for signal, count in turns.candidates.items()],
            "around": turns.around,
            "whole_below": turns.whole_below,
            "lead": _terms(turns.lead),
            "shortlist": turns.shortlist,
            "terms": _terms(turns.terms),
            "constant": turns.constant,
        },
        "passages": {
            "lead": _terms(passages.lead),
            "first": _terms(passages.first),
            "shortlist": list(passages.shortlist),
            "terms": _terms(passages.terms),
            "constant": passages.constant,
        },
        "merge": ranking.merge,
        "facts": _terms(ranking.facts),
        "entities": _terms(ranking.entities),
    }


def text_of(ranking: Ranking) -> str:
    """Return a ranking as the JSON that `Ranking.load` reads, a term a line."""
    text = json.dumps(_told(ranking), indent=2, ensure_ascii=False)
    return _one_line_each(text) + "\n"


def _one_line_each(text: str) -> str:
    lines: list[str] = []
    gathered = ""
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped == "{" and lines:
            gathered = line
        elif gathered and stripped.rstrip(",") == "}":
            lines.append(gathered.rstrip() + stripped)
            gathered = ""
        elif gathered:
            gathered += stripped + (" " if stripped.endswith(",") else "")
        else:
            lines.append(line)
    return "\n".join(lines)


def fold_file(folds: Mapping[str, Mapping[str, Ranking]], *, path: Path) -> None:
    """Write the rankings of the folds: by set, by fold, what `pipelines.evaluate --folds` reads."""
    told = {name: {fold: _told(ranking) for fold, ranking in by.items()} for name, by in folds.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")
