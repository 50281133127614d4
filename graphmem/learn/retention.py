"""How well something is retained: strength grows with use, and what is strong fades slowly. Pure.

Ebbinghaus' curve R = exp(-t / S) as MemoryBank means it (AAAI 2024); its published code has S on the wrong side, so
that recalling a memory makes it fade faster. Nothing is ever deleted by it.
"""

import math
from datetime import datetime

__all__ = ["retention"]

#: Days until something of strength 1 is retained to 1/e.
DAYS = 5.0


def retention(*, strength: float, last_used: datetime, now: datetime) -> float:
    """Return R in (0, 1]: exp(-days / (DAYS * strength)); 1 for what is used now or later.

    >>> from datetime import UTC, timedelta
    >>> now = datetime(2026, 1, 6, tzinfo=UTC)
    >>> [round(retention(strength=s, last_used=now - timedelta(days=5), now=now), 3) for s in (1, 2, 3)]
    [0.368, 0.607, 0.717]
    """
    days = max(0.0, (now - last_used).total_seconds() / 86_400)
    return math.exp(-days / (DAYS * max(strength, 1e-6)))
