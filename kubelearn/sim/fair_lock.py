"""A lock that several threads share fairly: who has waited longest gets it next.

A plain lock starves others when its holder takes it again at once, as a long run between two
events would. Here a release hands the lock over, and `give_way` lets everybody in who waits.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

NOBODY = 0
HANDED_OVER = -1


class FairLock:
    """A re-entrant lock, first come first served; a pickled one comes back free."""

    def __init__(self) -> None:
        self.waiting: deque[threading.Lock] = deque()
        """One lock for each waiting thread, which its predecessor opens."""
        self._mutex = threading.Lock()
        self._owner = NOBODY
        self._depth = 0

    def __reduce__(self) -> tuple[type[FairLock], tuple[()]]:
        return FairLock, ()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock as `threading.RLock` does; False when that took too long."""
        me = threading.get_ident()
        if self._owner == me:
            self._depth += 1
            return True
        with self._mutex:
            if self._owner == NOBODY:
                self._owner, self._depth = me, 1
                return True
            if not blocking:
                return False
            turn = threading.Lock()
            turn.acquire()
            self.waiting.append(turn)
        if not self._wait(turn, timeout):
            return False
        self._owner, self._depth = me, 1
        return True

    def _wait(self, turn: threading.Lock, timeout: float) -> bool:
        """Whether the turn came; who gives up, by time or by an interrupt, leaves the queue."""
        came = False
        try:
            came = turn.acquire(timeout=timeout)
        finally:
            if not came:
                with self._mutex:
                    handed = turn not in self.waiting
                    if not handed:
                        self.waiting.remove(turn)
                if handed:
                    self._hand_over()
        return came

    def release(self) -> None:
        """Give the lock back; RuntimeError when this thread does not hold it."""
        if self._owner != threading.get_ident():
            raise RuntimeError("this thread does not hold the lock: acquire it first")
        self._depth -= 1
        if not self._depth:
            self._hand_over()

    def _hand_over(self) -> None:
        with self._mutex:
            if self.waiting:
                self._owner = HANDED_OVER
                self.waiting.popleft().release()
            else:
                self._owner = NOBODY

    def give_way(self) -> None:
        """Let all threads in who wait by now, and go on after them; the caller holds the lock."""
        if not self.waiting:
            return
        depth, self._depth = self._depth, 0
        self._hand_over()
        try:
            self.acquire()
        except BaseException:
            self.acquire()  # an interrupt goes on to the caller, who will release what it holds
            raise
        finally:
            self._depth = depth

    def __enter__(self) -> FairLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()
