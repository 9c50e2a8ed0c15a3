"""Sticky sessions of an application load balancer: its cookie AWSALB names the target.

Source: Elastic Load Balancing user guide, "Sticky sessions for your Application Load Balancer".

Unlike the real one: the value of the cookie is only encoded, not encrypted; the twin AWSALBCORS
is not sent; a proxy behind the balancer that sets a cookie of its own hides the balancer's; 502
and 504 carry the cookie too, which is not documented. Weighted groups do not bind (AWSALBTG).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple

from kubelearn.cloud.aws.elb.model import Group, Target
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Request

COOKIE = "AWSALB"
LIFE = 7 * 86_400
"""Seconds for which a client keeps it; how long it binds is the target group's matter."""

START = datetime(2026, 1, 1, tzinfo=UTC)
"""Time 0 of the clock."""


class Session(NamedTuple):
    """What a cookie binds its client to."""

    group: str
    target: str
    ends: int
    """The moment (ns) from which the cookie counts no more."""


def session_of(request: Request) -> Session | None:
    """What the client's cookie says; None without a cookie that can be read."""
    given = {name.lower(): value for name, value in request.headers.items()}
    try:
        value = SimpleCookie(given.get("cookie", ""))[COOKIE].value
        group, target, ends = urlsafe_b64decode(value).decode().split(" ")
        return Session(group, target, int(ends))
    except (CookieError, KeyError, ValueError):
        return None


def bound(request: Request, group: Group, targets: tuple[Target, ...], now: int) -> int | None:
    """The place in `targets` of the one that the client's session is with; None: any."""
    session = session_of(request) if group.stickiness else None
    if session is None or session.group != group.name or session.ends <= now:
        return None
    names = [target.name for target in targets]
    return names.index(session.target) if session.target in names else None


def cookie_of(group: Group, target: Target, now: int) -> str:
    """The Set-Cookie header that binds a client to a target from now on."""
    said = f"{group.name} {target.name} {now + group.stickiness}"
    gone = START + timedelta(seconds=now // SECOND + LIFE)
    value = urlsafe_b64encode(said.encode()).decode()
    return f"{COOKIE}={value}; Expires={format_datetime(gone, usegmt=True)}; Path=/"
