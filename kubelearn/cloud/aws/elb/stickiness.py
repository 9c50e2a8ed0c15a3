"""Sticky sessions of an application load balancer: its cookies name target and target group.

AWSALB binds to a target, AWSALBAPP-0 does so for clients that have a cookie of the program too, and
AWSALBTG binds to one of several weighted groups. Source: Elastic Load Balancing user guide, "Sticky
sessions for your Application Load Balancer", "Rule action types".

Unlike the real one: the value of a cookie is only encoded, not encrypted, and AWSALBAPP has one
part; the twins AWSALBCORS and AWSALBTGCORS are not sent.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from kubelearn.cloud.aws.elb.model import Group, Target
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Cookie

COOKIES = {"lb_cookie": "AWSALB", "app_cookie": "AWSALBAPP-0"}
"""By the kind of stickiness."""
GROUP_COOKIE = "AWSALBTG"
LIFE = 7 * 86_400
"""Seconds for which a client keeps it; how long it binds is the target group's matter."""

START = datetime(2026, 1, 1, tzinfo=UTC)
"""Time 0 of the clock."""

Given = Mapping[str, str]
"""The cookies of a request."""


def bound_group(given: Given, groups: tuple[str, ...], now: int) -> str:
    """The one of several groups that the client's session is with; "": any."""
    group = _word(given.get(GROUP_COOKIE, ""), "group", now)
    return group if group in groups else ""


def bound_target(given: Given, group: Group, targets: tuple[Target, ...], now: int) -> int | None:
    """The place in `targets` of the one that the client's session is with; None: any."""
    sticky = group.attributes.stickiness
    if not sticky.kind or (sticky.cookie and sticky.cookie not in given):
        return None
    target = _word(given.get(COOKIES[sticky.kind], ""), group.name, now)
    names = [target.name for target in targets]
    return names.index(target) if target in names else None


def group_cookie(group: str, duration: int, now: int) -> Cookie:
    """What binds a client to a target group from now on."""
    return Cookie(_header(GROUP_COOKIE, "group", group, now + duration, now))


def target_cookie(group: Group, target: Target, now: int, *, bound: bool) -> tuple[Cookie, ...]:
    """What binds a client to a target from now on.

    With app_cookie that begins with an answer that sets the program's own cookie.
    """
    sticky = group.attributes.stickiness
    if not sticky.kind:
        return ()
    ends = now + sticky.duration
    header = _header(COOKIES[sticky.kind], group.name, target.name, ends, now)
    return (Cookie(header, "" if bound else sticky.cookie),)


def _word(value: str, subject: str, now: int) -> str:
    """What a cookie names for a subject; "" when it cannot be read or counts no more."""
    try:
        about, word, ends = urlsafe_b64decode(value).decode().split(" ")
        return word if about == subject and int(ends) > now else ""
    except ValueError:
        return ""


def _header(name: str, subject: str, word: str, ends: int, now: int) -> str:
    """The value of Set-Cookie for a cookie that names a word until a moment (ns)."""
    value = urlsafe_b64encode(f"{subject} {word} {ends}".encode()).decode()
    gone = START + timedelta(seconds=now // SECOND + LIFE)
    return f"{name}={value}; Expires={format_datetime(gone, usegmt=True)}; Path=/"
