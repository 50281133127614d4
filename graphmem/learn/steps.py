"""The names of the steps of consolidation: light to import, for whoever only lists them."""

from typing import Literal, get_args

__all__ = ["EVERY_STEP", "STEPS", "Consolidation"]

Consolidation = Literal["sessions", "overview", "communities", "profiles", "insights", "procedures", "notes"]
EVERY_STEP: tuple[Consolidation, ...] = get_args(Consolidation)
#: What is done unless asked otherwise: notes are as many as interactions, and nothing but people reads them.
STEPS: tuple[Consolidation, ...] = EVERY_STEP[:-1]
