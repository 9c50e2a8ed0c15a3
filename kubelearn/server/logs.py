"""The log of a pod over the API: which lines, with their times, and what comes later.

Source: `pkg/registry/core/pod/rest/log.go`, `pkg/apis/core/validation/validation.go`
(ValidatePodLogOptions), Kubernetes 1.36.

Unlike the real one: both streams of a container are one, so only `stream=All` is answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelearn.api.errors import APIError, BadRequest, Invalid
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.api.validation.field import FieldError, forbidden, invalid, not_supported
from kubelearn.server.message import Request, Response
from kubelearn.server.parameters import flag
from kubelearn.server.routes import Target
from kubelearn.sim.clock import SECOND
from kubelearn.world import World
from kubelearn.world.logs import Line, Log, log_of, picked

TEXT: Final = "text/plain"
MINIMA: Final = {"tailLines": 0, "sinceSeconds": 1, "limitBytes": 1}
"""The least that a number of the query may be."""


class LogText:
    """A log as a client asks for it; `followed` when it waits for more."""

    def __init__(self, world: World, log: Log, query: Mapping[str, str]) -> None:
        self.log = log
        self.followed = flag(query, "follow")
        self._times = flag(query, "timestamps")
        self._left = int(query["limitBytes"]) if query.get("limitBytes") else None
        tail = int(query["tailLines"]) if query.get("tailLines") else None
        since = _since(query, world.clock.now)
        self._lines = picked(log.more(world), since=since, tail=tail)

    @property
    def ended(self) -> bool:
        """Whether the client has all that it wanted."""
        return self._left == 0

    def advance(self, world: World) -> bool:
        """Take up what has come meanwhile; whether more can come."""
        open_ = not self.log.ended(world)
        self._lines = self.log.more(world)
        return open_

    def text(self, shift: int = 0) -> str:
        """The lines that have come, with their times moved by so many nanoseconds."""
        return "".join(f"{self._time(line, shift)}{line.text}\n" for line in self._lines)

    def _time(self, line: Line, shift: int) -> str:
        if not self._times:
            return ""
        whole, rest = timestamp(line.time + shift)[:-1], line.time % SECOND
        return f"{whole}.{rest:09d}Z "

    def cut(self, data: bytes) -> bytes:
        """As much of a text as the client still wants."""
        if self._left is None:
            return data
        kept = data[: self._left]
        self._left -= len(kept)
        return kept


def _since(query: Mapping[str, str], now: int) -> int | None:
    if query.get("sinceSeconds"):
        return now - int(query["sinceSeconds"]) * SECOND
    if query.get("sinceTime"):
        return parse_timestamp(query["sinceTime"])
    return None


def pod_log(world: World, target: Target, request: Request) -> Response:
    """The log of a pod: nothing (204) before it has a node."""
    query = request.query
    _check(target.name, query)
    log = log_of(
        world,
        target.name,
        namespace=target.namespace,
        container=query.get("container", ""),
        previous=flag(query, "previous"),
    )
    if log is None:
        return Response(204, "")
    text = LogText(world, log, query)
    return Response(200, text.text(), content_type=TEXT, log=text)


def _check(name: str, query: Mapping[str, str]) -> None:
    """Invalid for options that break rules."""
    errors: list[FieldError] = []
    for option, least in MINIMA.items():
        given = query.get(option, "")
        if given and not given.lstrip("-").isdigit():
            raise BadRequest(f'strconv.ParseInt: parsing "{given}": invalid syntax')
        if given and int(given) < least:
            rule = "be greater than or equal to 0" if least == 0 else "be greater than 0"
            errors.append(invalid(option, int(given), f"must {rule}"))
    if query.get("sinceTime") and query.get("sinceSeconds"):
        errors.append(
            forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified")
        )
    if query.get("sinceTime"):
        try:
            parse_timestamp(query["sinceTime"])
        except ValueError:
            raise BadRequest(f'parsing time "{query["sinceTime"]}": cannot parse') from None
    if query.get("stream", "All") not in ("All", "Stdout", "Stderr"):
        errors.append(not_supported("stream", query["stream"], ["All", "Stderr", "Stdout"]))
    if errors:
        raise Invalid.of("PodLogOptions", "", name, errors)
    if query.get("stream", "All") != "All":
        raise APIError("kubelearn keeps the two streams of a container as one: ask for stream=All")
