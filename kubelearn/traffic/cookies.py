"""Cookies in the headers of requests and answers.

Several Set-Cookie headers of one answer stand in one value, a line for each (RFC 6265, section 3:
they cannot be joined by commas).
"""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

SET_COOKIE = "set-cookie"


def cookies(headers: Mapping[str, str]) -> dict[str, str]:
    """The cookies of a request by name; none when the header cannot be read."""
    given = {name.lower(): value for name, value in headers.items()}
    try:
        return {name: one.value for name, one in SimpleCookie(given.get("cookie", "")).items()}
    except CookieError:
        return {}


def set_cookies(headers: Mapping[str, str]) -> list[str]:
    """The Set-Cookie headers of an answer."""
    return [line for line in headers.get(SET_COOKIE, "").split("\n") if line]


def sets(headers: Mapping[str, str], name: str) -> bool:
    """Whether an answer sets a cookie of this name."""
    return any(line.partition("=")[0].strip() == name for line in set_cookies(headers))


def joined(headers: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer with more of them; both keep their cookies."""
    lines = [*set_cookies(headers), *set_cookies(more)]
    return {**headers, **more, **({SET_COOKIE: "\n".join(lines)} if lines else {})}
