"""Whether a client has sent something, however many connections there are.

`select` knows no more than 1,024 files; `poll` knows all.
"""

from __future__ import annotations

import selectors
import socket
from typing import Final

SELECTOR: Final = getattr(selectors, "PollSelector", selectors.SelectSelector)


def readable(connection: socket.socket, seconds: float = 0.0) -> bool:
    """Whether there is something to read, or the end, at the latest after so many seconds."""
    with SELECTOR() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(seconds))
