"""Sweeping on a thread of its own."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from graphmem.errors import StoreError

__all__ = ["Sweeper"]

_log = logging.getLogger("graphmem")


class Sweeper:
    """Runs a call every so many minutes, until it is stopped; a store that is away for a while is tried again."""

    def __init__(self, sweep: Callable[[], int]) -> None:
        self._sweep = sweep
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._done: Future[None] = Future()

    def start(self, *, minutes: float) -> "Future[None]":
        """Begin, unless it runs already; the first sweep is after so many minutes."""
        if self._thread is None or not self._thread.is_alive():
            self._stop, self._done = threading.Event(), Future()
            self._thread = threading.Thread(
                target=self._run, args=(60 * minutes, self._stop, self._done), name="graphmem-sweeper", daemon=True
            )
            self._thread.start()
        return self._done

    def stop(self, timeout: float | None) -> bool:
        """Have it end, and tell whether it did within so many seconds."""
        self._stop.set()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self, seconds: float, stop: threading.Event, done: "Future[None]") -> None:
        while not stop.wait(seconds):
            try:
                self._sweep()
            except StoreError as err:
                _log.warning("not swept", extra={"action": "sweep", "error": type(err).__name__})
        done.set_result(None)
