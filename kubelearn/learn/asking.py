"""Asking again and again: one client that sees what the users of a Service see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from kubelearn.cluster import Cluster
from kubelearn.learn.trial import moment
from kubelearn.sim.duration import parse_duration
from kubelearn.traffic.call import Call
from kubelearn.traffic.cookies import cookies, set_cookies

STRIP = 60
"""Requests in one line of the text."""
GOOD, BAD = "▁", "█"


@dataclass(frozen=True)
class Asked:
    """The calls of one client, one after the other."""

    url: str
    calls: tuple[Call, ...]

    @property
    def failed(self) -> tuple[Call, ...]:
        """The calls without a good answer."""
        return tuple(call for call in self.calls if not call.ok)

    def failures(self) -> Iterator[tuple[int, int, str, int]]:
        """For each kind of failure its first and last moment (ns), what was said, how many."""
        for said in dict.fromkeys(problem(call) for call in self.failed):
            group = [call for call in self.failed if problem(call) == said]
            yield group[0].sent, group[-1].finished or group[-1].sent, said, len(group)

    def summary(self) -> str:
        """How many were sent, answered and failed."""
        good = len(self.calls) - len(self.failed)
        return (
            f"{len(self.calls)} requests to {self.url}: {good} answered, {len(self.failed)} failed"
        )

    def strip(self) -> str:
        """One mark for each request: . answered, x failed."""
        return "".join("." if call.ok else "x" for call in self.calls)

    def lines(self) -> tuple[str, ...]:
        """What failed and when, then who answered how often."""
        failures = [
            f"{count} failed between {moment(first)} and {moment(last)}: {said}"
            for first, last, said, count in self.failures()
        ]
        pods = Counter(server_of(call) for call in self.calls if call.ok)
        return (*failures, *(f"{name} answered {count}" for name, count in sorted(pods.items())))

    def __str__(self) -> str:
        strip = self.strip()
        rows = [strip[at : at + STRIP] for at in range(0, len(strip), STRIP)]
        return "\n".join([self.summary(), *rows, *(f"  {line}" for line in self.lines())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in self.lines())
        strip = "<wbr>".join(GOOD if call.ok else BAD for call in self.calls)
        legend = f"one mark for each request: {GOOD} answered, {BAD} failed"
        return (
            f'<div data-kl="asked"><p><b>{escape(self.summary())}</b></p>'
            f'<p aria-hidden="true" title="{legend}" style="font-family:monospace">{strip}'
            f"<br><small>{legend}</small></p><ul>{items}</ul></div>"
        )


def server_of(call: Call) -> str:
    """The pod whose program has answered."""
    return next(step.place for step in call.trace if step.hop == "pod" and not step.level)


def problem(call: Call) -> str:
    """What was wrong with the answer; "" when it was good."""
    if call.ok:
        return ""
    return call.error or f"answered {call.status}"


def cookie_after(call: Call, before: str = "") -> str:
    """The header Cookie of a client's next request: what it had, and what the answer sets."""
    jar = cookies({"Cookie": before})
    for line in set_cookies(call.state.get("response", {})):
        name, _, value = line.partition(";")[0].partition("=")
        jar[name.strip()] = value
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def ask(
    cluster: Cluster, url: str, *, client: str, every: str = "1s", times: int = 30,
    namespace: str = "default",
) -> Asked:  # fmt: skip
    """Send `times` requests from one client ("pod/NAME"), each `every` after the one before.

    The client waits for an answer (10 s at most) before it asks again. Time passes meanwhile.
    """
    if not isinstance(times, int) or times < 1:
        raise ValueError(f"times is {times!r}: give a whole number, at least 1")
    pause, calls = parse_duration(every), []
    for _ in range(times):
        began = cluster.clock.now
        calls.append(cluster.request(url, client=client, namespace=namespace))
        left = began + pause - cluster.clock.now
        if left > 0:
            cluster.run(f"{left}ns")
    return Asked(url, tuple(calls))
