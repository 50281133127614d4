"""What an integration needs beyond graphmem itself, asked for when it is first used."""

from collections.abc import Iterator
from contextlib import contextmanager

from graphmem.errors import MissingExtra

__all__ = ["extra"]


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import what an extra brings; where it is missing, say the command that installs it.

    Raises:
        MissingExtra: a package is not there.
    """
    try:
        yield
    except MissingExtra:
        raise
    except ImportError as err:
        raise MissingExtra(f"this needs a package ({err.name or err}): pip install 'graphmem[{name}]'") from err
