"""The one wrapper through which every callback of a widget runs.

Jupyter may run callbacks in a second thread while a cell is busy, and it swallows their errors.
So each takes the locks of its clusters, and an error is shown in the widget; with the environment
variable KUBELEARN_TEST set it is raised as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from kubelearn.sim.fair_lock import FairLock

PATIENCE = 2.0
"""Seconds to wait for a cluster; less than the silence after which a front end worries."""


class Busy(RuntimeError):
    """A cell is using the cluster."""


class Callbacks:
    """Runs functions one at a time on some clusters and shows what goes wrong."""

    def __init__(self, locks: Sequence[FairLock], show: Callable[[str], None]) -> None:
        # In one order for all widgets, so that two of them never wait for each other.
        self._locks = sorted(locks, key=id)
        self._show = show

    def run(self, function: Callable[..., Any], *args: Any, patience: float = PATIENCE) -> Any:
        """What the function returns, or None after an error."""
        try:
            with ExitStack() as held:
                self._hold(held, patience)
                return function(*args)
        except Exception as error:
            self._show(str(error) if isinstance(error, Busy) else f"{_name(error)}: {error}")
            if os.environ.get("KUBELEARN_TEST"):
                raise
        return None

    def _hold(self, held: ExitStack, patience: float) -> None:
        for lock in self._locks:
            if not lock.acquire(timeout=patience):
                raise Busy("A cell is using this cluster. Try again when it has finished.")
            held.callback(lock.release)

    def free(self) -> bool:
        """Whether no other thread holds the clusters at this moment."""
        with ExitStack() as held:
            for lock in self._locks:
                if not lock.acquire(blocking=False):
                    return False
                held.callback(lock.release)
            return True


def _name(error: Exception) -> str:
    return type(error).__name__
