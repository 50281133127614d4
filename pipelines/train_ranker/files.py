"""Rankings as files: the one that ships, with where it comes from, and those of the folds."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphmem.read.rank import Ranking, Term, TurnRecipe

__all__ = ["fold_file", "text_of"]


def _terms(terms: tuple[Term, ...]) -> list[dict[str, Any]]:
    return [{"signal": t.signal, "weight": t.weight, "normalise": t.normalise} for t in terms]


def _told(ranking: Ranking) -> dict[str, Any]:
    passages = ranking.passages
    return {
        "name": ranking.name,
        "provenance": dict(ranking.provenance),
        "turns": _turns(ranking.turns),
        "steps": _turns(ranking.steps) if ranking.steps else None,
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
        "queries": _terms(ranking.queries),
        "insights": _terms(ranking.insights),
    }


def _turns(recipe: TurnRecipe) -> dict[str, Any]:
    return {
        "candidates": [{"signal": signal, "count": count} for signal, count in recipe.candidates.items()],
        "around": recipe.around,
        "whole_below": recipe.whole_below,
        "lead": _terms(recipe.lead),
        "shortlist": recipe.shortlist,
        "terms": _terms(recipe.terms),
        "constant": recipe.constant,
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
