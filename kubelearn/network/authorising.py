"""Questions of a proxy to an external authoriser: a request waits at the proxy for the answer.

The proxy sends the question to the authoriser's cluster as it would any request, with that side's
mTLS, balancing and limits; the authoriser's answer brings the request back to where it waits.
Source: envoy `source/extensions/filters/common/ext_authz`, 1.40.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.network.passages import ASKING, Leg
from kubelearn.network.verdict import Verdict
from kubelearn.traffic.call import Call, Target
from kubelearn.traffic.proxying import Answered, Consult, Routed

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests


def consult(
    requests: Requests, call: Call, hop: str, pod: Object, text: str, ask: Consult
) -> Verdict:
    """A pod's proxy asks its authoriser about a call, which waits at a hop; `text` says why."""
    now, metadata = requests.context.clock.now, pod["metadata"]
    name, namespace = metadata["name"], metadata["namespace"]
    call.saw(now, hop, name, f"{text}: {ask.method} {ask.path}")
    node = pod["spec"]["nodeName"]
    before = {"origin": "pod", "node": node, "namespace": namespace, "source": name,
              "uid": metadata["uid"], "address": ask.address[0], "captured": True}  # fmt: skip
    target = Target("http", ask.cluster.rpartition("|")[2], ask.address[1], ask.path)
    routed = Routed("", cluster=ask.cluster, host=ask.host, path=ask.path.partition("?")[0],
                    headers=ask.headers)  # fmt: skip
    leg = Leg((namespace, name), metadata["uid"], ASKING, "mesh", node, before, target,
              ask.headers, routed, now)  # fmt: skip
    call.found(authorising=(hop, metadata["uid"]))
    url = f"http://{target.host}:{target.port}{ask.path}"
    child = Call(
        requests.number(), url, ask.method, f"pod/{name}", now, target, ask.headers,
        min(ask.timeout, requests.left(call)), parent=call.number, state={**before, "legs": (leg,)},
    )  # fmt: skip
    requests.take_up(child, now, "upstream")
    return Verdict(0, "waits")


def authorised(requests: Requests, call: Call, child: Call) -> None:
    """The authoriser has answered, or has not: the call goes on where it waits."""
    hop, uid = call.state["authorising"]
    answer = Answered(child.status, child.body, child.state.get("response") or {})
    answers = {**(call.state.get("authorised") or {}), uid: answer}
    call.found(authorising=None, authorised=answers)
    requests.enter(call.number, hop)
