"""Who moves time while clients wait: on demand, a live ticker, or nobody.

A thread looks fifty times a second. It moves the cluster on if it should, and tells the open
watches when something was written.

Unlike the real one: time of a cluster is not the wall clock's; `speed` says how many simulated
seconds pass in one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from kubelearn.world import World

PULSE: Final = 0.02
"""Seconds between two looks."""
LONGEST: Final = 0.2
"""Seconds of the wall clock that are made up for at once; what is missed beyond is left out."""
AGAIN: Final = 5.0
"""The same question twice within these seconds is a client that waits."""
MOMENT: Final = 1.0
"""Simulated seconds that pass between two requests at most when nobody waits."""
QUESTIONS: Final = 100
MODES: Final = ("on demand", "live", "frozen")


class Pace:
    """The pace of one served cluster."""

    def __init__(self, world: World, mode: str, speed: float) -> None:
        if mode not in MODES:
            raise ValueError(f"time={mode!r}: choose {', '.join(map(repr, MODES))}")
        if not speed > 0:
            raise ValueError(f"speed={speed!r}: give simulated seconds a second, above 0")
        self.world, self.mode, self.speed = world, mode, speed
        self.news = threading.Condition()
        """Told after every write and at the end."""
        self.closed = False
        self._open = 0
        self._asked: dict[str, float] = {}
        self._last = time.monotonic()
        self._revision = 0
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="kubelearn-pace", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Stop, wake all who wait, and wait for the thread."""
        self.closed = True
        self._wake.set()
        with self.news:
            self.news.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While this lasts a client waits for something to happen."""
        with self.news:
            self._open += 1
        self._wake.set()
        try:
            yield
        finally:
            with self.news:
                self._open -= 1

    def asked(self, question: str, *, reads: bool) -> None:
        """A request comes; a client that reads the same again and again is one that waits.

        Between other requests a moment passes at most, so that what takes milliseconds has happened
        when the learner has typed the next command.
        """
        now = time.monotonic()
        since, self._last = now - self._last, now
        if self.mode != "on demand" or self._open:
            return
        waits = reads and now - self._asked.get(question, -AGAIN) < AGAIN
        if reads:
            self._remember(question, now)
        self._move(since if waits else min(since, MOMENT) / self.speed)

    def _remember(self, question: str, now: float) -> None:
        if len(self._asked) > QUESTIONS:
            self._asked = {name: at for name, at in list(self._asked.items()) if now - at < AGAIN}
        self._asked[question] = now

    def _beat(self) -> None:
        last = time.monotonic()
        while not self.closed:
            if not self._open and self.mode != "live":
                self._wake.wait()
                self._wake.clear()
                last = time.monotonic()
            time.sleep(PULSE)
            now = time.monotonic()
            if self.mode == "live" or (self.mode == "on demand" and self._open):
                self._move(min(now - last, LONGEST))
            last = now
            self._tell()

    def _move(self, seconds: float) -> None:
        """Let time pass, unless somebody else is letting it pass right now."""
        lock = self.world.lock
        if self.world.read_only or not lock.acquire(blocking=False):
            return
        try:
            self.world.run(seconds * self.speed)
        finally:
            lock.release()

    def _tell(self) -> None:
        revision = self.world.api.store.revision
        if revision != self._revision:
            self._revision = revision
            with self.news:
                self.news.notify_all()
