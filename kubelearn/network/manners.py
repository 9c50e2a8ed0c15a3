"""How a proxy speaks for itself: the statuses and pages of its own answers, and its pauses.

Source: envoy `source/common/router/router.cc`, 1.40; nginx 1.27
`src/http/ngx_http_upstream.c` (ngx_http_upstream_next), `ngx_http_special_response.c`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from kubelearn.network.verdict import TIMED_OUT

ENVOY_FAILURES = {"connect": (503, "UF"), "reset": (503, "UC"), "timeout": (504, "UT")}
"""How a try failed → status and flag."""
ENVOY_PAGES = {
    "NR": "", "UH": "no healthy upstream", "NC": "",
    "UO": "upstream connect error or disconnect/reset before headers. reset reason: overflow",
    "UF": "upstream connect error or disconnect/reset before headers. "
          "reset reason: remote connection failure",
    "UC": "upstream connect error or disconnect/reset before headers. "
          "reset reason: connection termination",
    "UT": "upstream request timeout", "FI": "fault filter abort",
    "RBAC": "RBAC: access denied",
}  # fmt: skip
"""What an answer of the proxy itself says, by its flag."""
NGINX_TITLES = {413: "Request Entity Too Large", 503: "Service Temporarily Unavailable",
                504: "Gateway Time-out"}  # fmt: skip
"""Where nginx words a status in its own way."""
NGINX_PAGE = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
    "<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


def nginx_page(status: int) -> str:
    """The page that nginx makes for a status."""
    phrase = NGINX_TITLES.get(status) or HTTPStatus(status).phrase
    return NGINX_PAGE.format(title=f"{status} {phrase}")


class Manners(NamedTuple):
    """What differs between kinds of proxies."""

    gave_up: str
    """What it notes when the client leaves first."""
    backs_off: bool
    """Whether it waits before it tries again."""
    flags: bool
    """Whether its own answers carry response flags."""

    def failed(self, failure: str, error: str) -> tuple[int, str]:
        """Status and flag after the last try has failed: "connect", "reset" or "timeout"."""
        if self.flags:
            return ENVOY_FAILURES[failure]
        return 504 if failure == "timeout" or error == TIMED_OUT else 502, ""

    def page(self, status: int, flag: str) -> str:
        """The body of an answer of its own."""
        if not self.flags:
            return nginx_page(status)
        found = (ENVOY_PAGES[one] for one in flag.split(",") if one in ENVOY_PAGES)
        return next(found, "")


MANNERS = {
    "mesh": Manners("DC", backs_off=True, flags=True),
    "edges": Manners("499", backs_off=False, flags=False),
}
"""By whose proxy it is: Envoy of the mesh, nginx at the edge."""
