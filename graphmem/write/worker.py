"""A background thread that finishes pending interactions, so that nobody waits for facts."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from graphmem.write.writer import Drawn, Writer

__all__ = ["Worker"]

#: Seconds between two chunks: a lock is not fair, and a caller who waits for it goes first.
_BREATH = 0.001

_log = logging.getLogger("graphmem")


class Worker:
    """Runs `Writer.finish` whenever it is woken, on one daemon thread that starts with the first wake-up.

    Args:
        writer: what finishes; one of its own, no other thread's.
        clock: returns the present as an aware instant.
        lock: held while the writer works, so that a caller's own writes and the worker's never interleave.
    """

    def __init__(self, writer: Writer, *, clock: Callable[[], datetime], lock: threading.RLock) -> None:
        self._writer = writer
        self._clock = clock
        self._lock = lock
        self._state = threading.Condition()
        self._wanted = False
        self._busy = False
        self._closed = False
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None
        self._done = Drawn()

    def wake(self) -> None:
        """Ask for what is pending to be finished; returns at once. One that was stopped leaves it pending."""
        with self._state:
            if self._closed:
                return
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="graphmem-worker", daemon=True)
                self._thread.start()
            self._state.notify_all()

    def flush(self) -> Drawn:
        """Wait until everything asked for is finished, and return what was done since the last flush.

        Raises:
            Exception: what made the worker give up (mostly a GraphMemError); the interactions stay pending.
        """
        with self._state:
            self._state.wait_for(lambda: not (self._wanted or self._busy))
            error, self._error = self._error, None
            if error is not None:
                raise error
            done, self._done = self._done, Drawn()
            return done

    def names_changed(self) -> None:
        """Let the writer read the names anew: some were erased. Call it with the lock held."""
        self._writer.links.reset()

    def retire(self) -> None:
        """Begin no other chunk, without waiting. Called with the lock held, nothing is written any more."""
        with self._state:
            self._closed = True
            self._wanted = False
            self._state.notify_all()

    def stop(self) -> None:
        """Stop after the chunk at hand, and wait for that; what is left stays pending. Not with the lock held."""
        self.retire()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
                self._wanted, self._busy = False, True
            try:
                self._finish()
            finally:
                with self._state:
                    self._busy = False
                    self._state.notify_all()

    def _finish(self) -> None:
        """Finish what is pending; what stops it is kept for `flush` to raise, on the caller's own thread."""
        try:
            done = self._writer.finish(
                now=self._clock, lock=self._lock, wanted=lambda: not self._closed, tick=lambda _: time.sleep(_BREATH)
            )
            with self._state:
                self._done += done
        except Exception as err:  # noqa: BLE001 - kept, and raised by `flush`: a thread that dies silently hangs its callers
            _log.warning("facts are still pending", extra={"action": "finish", "error": type(err).__name__})
            with self._state:
                self._error = err
