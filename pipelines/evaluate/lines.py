"""What a command of the evaluation prints."""

import json
import sys
from collections.abc import Iterable, Mapping

from graphmem.errors import FormatError, NotFound

__all__ = ["printed"]


def printed(lines: Iterable[Mapping[str, object]]) -> int:
    """Print one JSON object a line, each as soon as it is there; return 0, or 2 where the data is unusable."""
    try:
        for line in lines:
            print(json.dumps(line), flush=True)
    except (NotFound, FormatError) as err:
        print(f"evaluate: {err}", file=sys.stderr)
        return 2
    return 0
