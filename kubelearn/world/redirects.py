"""A client that follows redirects: the next request goes where the answer says.

Source: curl 8.5 `lib/http.c` (Curl_http_follow), `--max-redirs` 50: after 301, 302 and 303 a POST
becomes a GET; 307 and 308 keep the method.

Unlike the real one: the client sends the same headers to every host but Host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from kubelearn.traffic.call import Call

MAX_REDIRECTS = 50
GAVE_UP = f"Maximum ({MAX_REDIRECTS}) redirects followed"
REDIRECTS = (301, 302, 303, 307, 308)


def location(call: Call) -> str:
    """Where an answer sends its client; "" when it is no redirect."""
    if call.status not in REDIRECTS:
        return ""
    told: Mapping[str, str] = call.state.get("response") or {}
    return urljoin(call.url, told.get("location", "")) if told.get("location") else ""


def follow(ask: Callable[..., Call], url: str, options: dict[str, Any]) -> Call:
    """Ask, and again for as long as the answer is a redirect; the last call, with all traces."""
    trace: tuple[Any, ...] = ()
    for count in range(MAX_REDIRECTS + 1):
        call = ask(url, **options)
        call.trace = trace = (*trace, *call.trace)
        place = location(call)
        if not place:
            return call
        url = place
        if count == MAX_REDIRECTS:
            break
        kept = {name: value for name, value in options["headers"].items() if name.lower() != "host"}
        method = options["method"]
        if call.status < 304 and method == "POST":
            method = "GET"
        options = {**options, "headers": kept, "method": method}
    call.status, call.error = 0, GAVE_UP
    return call
