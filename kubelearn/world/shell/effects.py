"""What a program of the toy shell asks of the world outside it: an effect, and the answer to it.

A program is a generator: it yields effects, gets their answers, and returns its exit code. So the
same program runs in a pod whose time passes, and, for the log, in one whose output is only looked
up. `perform` functions on higher levels say what an effect does.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, NamedTuple, TypeAlias

from kubelearn.sim.clock import SECOND


class Interrupt(Exception):
    """Somebody at a terminal has pressed Ctrl-C."""


class Out(NamedTuple):
    """Print to standard output."""

    text: str


class Err(NamedTuple):
    """Print to standard error."""

    text: str


class Sleep(NamedTuple):
    """Do nothing for so many nanoseconds."""

    time: int


class Step(NamedTuple):
    """Begin with a command; what performs a program counts these."""


class Read(NamedTuple):
    """The next line of standard input with its end, or None when there is no more."""

    prompt: str = ""
    """What a terminal shows before the line."""


class Now(NamedTuple):
    """The moment, in nanoseconds of the clock."""


class Ask(NamedTuple):
    """Send a request from this container; the answer is the finished Call."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = {}
    timeout: int = 127 * SECOND
    """How long to wait; by default as long as Linux tries to open a connection (6 SYNs more)."""
    options: Mapping[str, Any] = {}
    """`cacert`, `insecure` and `resolve`, as a request takes them."""


class Lookup(NamedTuple):
    """Ask the resolver for a name; the answer is a `kubelearn.network.lookup.Resolved`."""

    name: str


Effect: TypeAlias = Out | Err | Sleep | Step | Read | Now | Ask | Lookup
Run: TypeAlias = Generator[Effect, Any, int]
"""A running program; it returns its exit code."""
