"""A call: one request on its way out and back, with a trace of what each hop saw and decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kubelearn.sim.clock import MILLISECOND, SECOND

PORTS = {"http": 80, "https": 443}


class Target(NamedTuple):
    """What a URL asks for."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Target:
        """The parts of an http URL; ValueError says what is wrong with others."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError(f"{url!r} is not a URL that can be asked for: write http://host/path")
        port = parts.port or PORTS[parts.scheme]
        return cls(parts.scheme, parts.hostname, port, parts.path or "/")


class Step(NamedTuple):
    """One hop of a call, on the way out or back: what it saw and what it decided."""

    time: int
    hop: str
    place: str
    """Where the hop is: a node, a pod, or the client."""
    decision: str
    detail: Mapping[str, Any] = {}


@dataclass(slots=True)
class Call:
    """One request. `status` is the HTTP status; 0 when no answer came, and `error` says why."""

    number: int
    url: str
    method: str
    client: str
    sent: int
    target: Target
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: int = 10 * SECOND
    trace: tuple[Step, ...] = ()
    status: int = 0
    error: str = ""
    body: str = ""
    finished: int | None = None
    parent: int | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    """What the hops have found out so far: address, pod, node."""

    @property
    def ok(self) -> bool:
        """Whether an answer below 400 came."""
        return 0 < self.status < 400

    @property
    def latency(self) -> float:
        """Seconds from sending to the answer or the error."""
        return ((self.finished or self.sent) - self.sent) / SECOND

    def saw(self, time: int, hop: str, place: str, decision: str, **detail: Any) -> None:
        """Add a step to the trace."""
        self.trace = (*self.trace, Step(time, hop, place, decision, detail))

    def found(self, **facts: Any) -> None:
        """Remember something for the hops to come."""
        self.state = {**self.state, **facts}

    def fork(self) -> Call:
        """A copy that goes its own way; all its parts are immutable."""
        return replace(self)

    def __str__(self) -> str:
        outcome = f"{self.status}" if self.status else f"failed: {self.error}"
        lines = [f"{self.method} {self.url} from {self.client}: {outcome} ({_ms(self.latency)})"]
        for step in self.trace:
            after = _ms((step.time - self.sent) / SECOND)
            lines.append(f"  {after:>9}  {step.hop:<12} {step.place:<24} {step.decision}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head, *_ = str(self).splitlines()
        rows = "".join(
            f"<tr><td>{_ms((s.time - self.sent) / SECOND)}</td><td>{escape(s.hop)}</td>"
            f"<td>{escape(s.place)}</td><td style='text-align:left'>{escape(s.decision)}</td></tr>"
            for s in self.trace
        )
        columns = "<tr><th>after</th><th>hop</th><th>where</th><th>decision</th></tr>"
        return (
            f"<p><b>{escape(head)}</b></p><table><thead>{columns}</thead>"
            f"<tbody>{rows}</tbody></table>"
        )

    def to_dict(self) -> dict[str, Any]:
        """The call as JSON-shaped data."""
        return {
            "method": self.method,
            "url": self.url,
            "client": self.client,
            "status": self.status,
            "error": self.error,
            "latency": self.latency,
            "trace": [step._asdict() for step in self.trace],
        }


def _ms(seconds: float) -> str:
    return f"{seconds * SECOND / MILLISECOND:.1f} ms"
