"""Ctrl-C in a long run: it takes effect between two events, so that a world stays whole.

A second Ctrl-C takes effect at once, for an event that does not end.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kubelearn.sim.clock import Clock


@contextmanager
def between_events(clock: Clock) -> Iterator[bool]:
    """Inside, KeyboardInterrupt is raised between two events of the clock only.

    Nothing changes in other threads than the main one, which alone gets signals, and where
    somebody else has decided what a signal means. Gives whether it is decided here.
    """
    if not _is_ours():
        yield False
        return

    def note(number: int, frame: FrameType | None) -> None:
        if clock.interrupted:
            signal.default_int_handler(number, frame)
        clock.interrupt()

    signal.signal(signal.SIGINT, note)
    try:
        yield True
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        late = clock.take_back_interrupt()
    if late:
        raise KeyboardInterrupt


def _is_ours() -> bool:
    return (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
