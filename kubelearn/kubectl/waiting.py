"""Letting time pass while a command waits."""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.kubectl.client import Client

LONGEST = "1h"
"""How long a command without a timeout waits."""
TIMED_OUT = "timed out waiting for the condition"


def until(client: Client, reached: Callable[[], bool], limit: str) -> bool:
    """Let time pass until it is reached; False when it is not within `limit`.

    It is asked again after each write.
    """
    if reached():
        return True
    seen, last = client.world.api.store.revision, False

    def look(_world: object) -> bool:
        nonlocal seen, last
        revision = client.world.api.store.revision
        if revision != seen:
            seen, last = revision, reached()
        return last

    try:
        client.world.run(until=look, limit=limit)
    except TimeoutError:
        return False
    return True
