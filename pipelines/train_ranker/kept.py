"""Training pools at rest: one .npz a set and encoder, so that another fit does not ask every question again."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.train_ranker.pools import TrainingPool

__all__ = ["load_pools", "save_pools"]

_ARRAYS = ("gold", "lead", "listed", "keys", "sessions")
_TOLD = ("dataset", "case", "question", "category", "units")


def save_pools(pools: Sequence[TrainingPool], *, path: Path) -> None:
    """Write pools; they hold ids, labels and numbers, none of the data's text."""
    names = list(pools[0].signals)
    told = [{**{n: getattr(p, n) for n in _TOLD}, "gold_sessions": sorted(p.gold_sessions)} for p in pools]
    arrays: dict[str, npt.NDArray[Any]] = {n: np.concatenate([getattr(p, n) for p in pools]) for n in _ARRAYS}
    arrays["signals"] = np.concatenate([np.stack([p.signals[n] for n in names]) for p in pools], axis=1)
    arrays["sizes"] = np.array([len(p.gold) for p in pools])
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays["told"] = np.array(json.dumps({"signals": names, "pools": told}))
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load_pools(path: Path) -> list[TrainingPool]:
    """Return the pools that `save_pools` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        told = json.loads(str(arrays["told"]))
        ends = np.cumsum(arrays["sizes"])[:-1]
        parts = {name: np.split(arrays[name], ends) for name in _ARRAYS}
        signals = np.split(arrays["signals"], ends, axis=1)
    return [
        TrainingPool(
            dataset=one["dataset"],
            case=one["case"],
            question=one["question"],
            category=one["category"],
            units=one["units"],
            gold=parts["gold"][i],
            lead=parts["lead"][i],
            listed=parts["listed"][i],
            keys=parts["keys"][i],
            sessions=parts["sessions"][i],
            gold_sessions=frozenset(one["gold_sessions"]),
            signals=dict(zip(told["signals"], signals[i], strict=True)),
        )
        for i, one in enumerate(told["pools"])
    ]
