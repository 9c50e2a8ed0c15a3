"""A call: one request on its way out and back, with a trace of what each hop saw and decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kubelearn.sim.arguments import shown, texts_by_name
from kubelearn.sim.clock import MILLISECOND, SECOND

PORTS = {"http": 80, "https": 443, "grpc": None, "grpcs": 443, "tcp": None}
"""Schemes and their ports; None: the URL has to name one. grpcs: gRPC over TLS."""
SECURE = ("https", "grpcs")
"""Schemes over TLS."""
RPC = ("grpc", "grpcs")
METHODS = {"grpc": "POST", "grpcs": "POST", "tcp": ""}
"""The method that goes with a scheme; for others the client chooses."""


class Target(NamedTuple):
    """What a URL asks for."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Target:
        """The parts of a URL; ValueError says what is wrong with one that cannot be asked for."""
        try:
            parts = urlsplit(url)
        except ValueError:  # such as "http://[::1", whose bracket stays open
            parts = urlsplit("")
        host = parts.hostname or ""
        if parts.scheme not in PORTS or not host or host != "".join(host.split()):
            raise ValueError(
                f"{shown(url)} is not a URL that can be asked for: write http://host/path"
            )
        try:
            port = parts.port or PORTS[parts.scheme]
        except ValueError:
            raise ValueError(f"{url!r} has no port from 1 to 65535 behind its colon") from None
        if port is None:
            raise ValueError(f"{url!r} names no port: write {parts.scheme}://{parts.hostname}:PORT")
        path = parts.path or "/"
        return cls(parts.scheme, host, port, path)

    @property
    def is_secure(self) -> bool:
        """Whether its client speaks TLS."""
        return self.scheme in SECURE

    def method(self, wanted: str) -> str:
        """The method of a request whose client would choose `wanted`."""
        return METHODS.get(self.scheme, wanted)


def headers_of(given: Mapping[str, str] | None) -> dict[str, str]:
    """A copy of headers; ValueError for what are none."""
    return texts_by_name("headers", given, {"Host": "example.com"})


def method_of(given: str) -> str:
    """The method of a request; ValueError for one that is empty or has spaces."""
    if not given or given != "".join(given.split()):
        raise ValueError(f"method={shown(given)}: name one, such as 'GET' or 'POST'")
    return given


class Step(NamedTuple):
    """One hop of a call, on the way out or back: what it saw and what it decided."""

    time: int
    hop: str
    place: str
    """Where the hop is: a node, a pod, or the client."""
    decision: str
    detail: Mapping[str, Any] = {}
    level: int = 0
    """0 for the call itself, 1 for a call that its pod made for it, and so on."""

    def to_dict(self) -> dict[str, Any]:
        """The step as JSON-shaped data."""
        return {**self._asdict(), "detail": {name: _plain(v) for name, v in self.detail.items()}}


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
    load: int = 0
    """The load that it belongs to; 0 for a call of its own."""
    index: int = 0
    """Its place in that load."""
    hop: str = ""
    """The hop that made an end of it."""
    state: Mapping[str, Any] = field(default_factory=dict)
    """What the hops have found out so far: address, pod, node."""

    @property
    def ok(self) -> bool:
        """Whether an answer below 400 came."""
        return 0 < self.status < 400

    @property
    def latency(self) -> float:
        """Seconds from sending to the answer or the error; 0.0 while it is on its way."""
        return 0.0 if self.finished is None else (self.finished - self.sent) / SECOND

    @property
    def deadline(self) -> int:
        """The moment at which the client gives up."""
        return self.sent + self.timeout

    @property
    def subject(self) -> tuple[str, int]:
        """What addresses its draws."""
        name, number = (f"load {self.load}", self.index) if self.load else ("call", self.number)
        return tried(name, self.state.get("try", 0)), number

    @property
    def flags(self) -> str:
        """The response flags that proxies have set, such as "UH" or "URX,UF"; "" for none."""
        return str(self.state.get("flags", ""))

    def saw(self, time: int, hop: str, place: str, decision: str, **detail: Any) -> None:
        """Add a step to the trace; calls of a load keep none."""
        if self.load:
            return
        self.trace = (*self.trace, Step(time, hop, place, decision, detail))

    def found(self, **facts: Any) -> None:
        """Remember something for the hops to come."""
        self.state = {**self.state, **facts}

    def include(self, child: Call) -> None:
        """Take over the trace of a call that was made for this one."""
        inner = (step._replace(level=step.level + 1) for step in child.trace)
        self.trace = (*self.trace, *inner)

    def fork(self) -> Call:
        """A copy that goes its own way; all its parts are immutable."""
        return replace(self)

    def __str__(self) -> str:
        places = [_indented(step, step.place) for step in self.trace]
        width = max([10, *map(len, places)])
        lines = [self._headline()]
        for step, place in zip(self.trace, places, strict=True):
            after = after_text(step.time - self.sent)
            lines.append(f"  {after:>9}  {step.hop:<10}  {place:<{width}}  {step.decision}")
        return "\n".join(lines)

    __repr__ = __str__

    def _headline(self) -> str:
        if self.finished is None:
            outcome = "on its way"
        else:
            after = f"after {after_text(self.finished - self.sent)}"
            outcome = f"{self.status} {after}" if self.status else f"failed {after}: {self.error}"
        return f"{self.method} {self.url} from {self.client}: {outcome}".lstrip()

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td {CELL}>{after_text(step.time - self.sent)}</td>"
            f"<th scope='row' {CELL}>{escape(step.hop)}</th>"
            f"<td {CELL}>{escape(_indented(step, step.place))}</td>"
            f"<td {LONG_CELL}>{escape(step.decision)}</td></tr>"
            for step in self.trace
        )
        columns = "".join(f"<th scope='col' {CELL}>{name}</th>" for name in COLUMNS)
        caption = f"<caption style='text-align:left'><b>{escape(self._headline())}</b></caption>"
        head = f"{caption}<thead><tr>{columns}</tr></thead>"
        reachable = "tabindex='0' role='region' aria-label='trace'"
        table = f"<table>{head}<tbody>{rows}</tbody></table>"
        return f"<div style='overflow-x:auto' {reachable}>{table}</div>"

    def to_dict(self) -> dict[str, Any]:
        """The call as JSON-shaped data."""
        return {
            "method": self.method,
            "url": self.url,
            "client": self.client,
            "status": self.status,
            "error": self.error,
            "latency": self.latency,
            "trace": [step.to_dict() for step in self.trace],
        }


def tried(name: str, attempt: int) -> str:
    """What addresses the draws of a try, counted from 0, of a call or of the requests of a load."""
    return f"{name} try {attempt}" if attempt else name


COLUMNS = ("after", "hop", "where", "what it saw and did")
CELL = "style='text-align:left;white-space:pre'"
"""JupyterLab's own style puts cells to the right and breaks their lines."""
LONG_CELL = "style='text-align:left;white-space:pre-wrap;overflow-wrap:anywhere;min-width:18em'"
"""What a hop decided may be long: its lines are broken, as wide as there is room."""


def _indented(step: Step, text: str) -> str:
    return "› " * step.level + text


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def after_text(nanoseconds: int) -> str:
    """A time in seconds, or in milliseconds while it is below one."""
    if nanoseconds >= SECOND:
        return f"{nanoseconds / SECOND:.3f} s"
    return f"{nanoseconds / MILLISECOND:.1f} ms"
