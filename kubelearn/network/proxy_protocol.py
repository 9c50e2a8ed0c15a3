"""The PROXY protocol, version 2: a connection begins with a header that names who has opened it.

Who does not expect the header takes it for the beginning of a request: HTTP servers answer 400.
Who expects it and gets none closes the connection. Source: HAProxy `doc/proxy-protocol.txt`; nginx
1.27 `src/http/ngx_http_request.c` (ngx_http_wait_request_handler), `src/core/ngx_proxy_protocol.c`;
ingress-nginx issues 13320 (400) and 3996 (broken header).

Unlike the real one: of all programs only ingress-nginx can be told to expect the header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.network.manners import nginx_page
from kubelearn.network.tls.client import NOT_TLS
from kubelearn.network.tls.handshakes import is_secure
from kubelearn.network.verdict import RESET, Verdict
from kubelearn.network.wires import way_back
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

BROKEN = "broken header while reading PROXY protocol: closes the connection"


def misread(
    requests: Requests, call: Call, pod: Object, *, expected: bool = False
) -> Verdict | None:
    """How a connection ends whose first bytes are not what a pod expects; None where they are."""
    header = call.state.get("proxy_header", "")
    if bool(header) == expected:
        return None
    back = sum(requests.links.delay(*stretch) for stretch in way_back(call))
    verdict, text = Verdict(back, error=RESET), BROKEN
    if header:
        verdict, text = _taken_for_a_request(requests, call, pod, back)
    call.saw(requests.context.clock.now, "pod", pod["metadata"]["name"], text)
    return verdict


def _taken_for_a_request(
    requests: Requests, call: Call, pod: Object, back: int
) -> tuple[Verdict, str]:
    """What a server makes of a header that it does not know."""
    text = "does not expect a PROXY protocol header: {}"
    if is_secure(call):
        # Behind a balancer that speaks TLS itself it is the balancer that hears of it.
        own = call.state.get("secure") is None
        return Verdict(back, error=NOT_TLS if own else RESET), text.format("no TLS handshake")
    if call.target.scheme not in ("http", "https"):
        return Verdict(back, error=RESET), text.format("closes the connection")
    if requests.edges.entry(pod, call.state["port"]):
        call.body = nginx_page(400)
    return Verdict(back, status=400), text.format("400")
