"""Mirrors: a proxy sends copies of a request to other clusters, and drops what they answer.

Source: envoy `source/common/router/router.cc` (maybeDoShadowing), `shadow_writer_impl.cc`, 1.40.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.network.passages import Leg
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

MOST = 16
"""Copies of one request that have numbers of their own."""


def mirror(requests: Requests, call: Call, leg: Leg, wait: int) -> None:
    """Send the copies of a request on their way, as soon as the request itself goes on.

    They are not repeated when they fail, and nobody waits for them.
    """
    now = requests.context.clock.now
    for place, cluster in enumerate(leg.routed.mirrors):
        call.saw(now, leg.hop, leg.proxy[1], f"a copy goes to {cluster}")
        routed = leg.routed._replace(cluster=cluster, mirrors=(), retries=0)
        copy = leg._replace(routed=routed, shadow=True)
        # Numbers below zero are those of copies: those of requests stay as they are without them.
        number = -(MOST * abs(call.number) + place + 1)
        requests.calls[number] = Call(
            number, call.url, call.method, call.client, now, leg.target, leg.headers,
            routed.timeout or call.timeout,
            state={**leg.before, "captured": True, "legs": (copy,)},
        )  # fmt: skip
        requests.context.clock.after(wait, requests.enter, number, "upstream")


def drop(requests: Requests, call: Call) -> None:
    """The answer to a copy is here: nobody hears of it."""
    del requests.calls[call.number]
