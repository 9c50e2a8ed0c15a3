"""The last hops of a request: the pod takes it, works, asks other services, and answers.

Unlike the real one: the program fails with 503 when a service that it asks gives no answer and with
500 when it answers an error; it asks one service after the other and passes on the time that is
left; a connection whose program has ended breaks at the moment at which its answer was due.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kubelearn.api.app import AppBehaviour, Distribution
from kubelearn.api.objects import Object
from kubelearn.network.verdict import (
    NO_ANSWER,
    NO_ROUTE,
    REFUSED,
    RESET,
    UNREACHABLE_AFTER,
    Verdict,
)
from kubelearn.sim.clock import MILLISECOND
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests


def serve(requests: Requests, call: Call) -> Verdict:
    """The pod: takes the connection, works for its service time, answers."""
    namespace, name = call.state["pod"]
    port = call.state["port"]
    pod = requests.context.api.find("pods", namespace, name)
    silence = "dead" if pod is None else requests.machines.silence(pod, port)
    if pod is None or (silence == "dead" and not pod["spec"].get("hostNetwork")):
        call.saw(requests.context.clock.now, "pod", name, "it is gone, and its address with it")
        return Verdict(UNREACHABLE_AFTER, error=NO_ROUTE)
    if silence:
        call.saw(requests.context.clock.now, "pod", name, f"nothing listens on port {port}")
        return Verdict(_way_back(requests, call), error=REFUSED)
    return _work(requests, call, pod)


def _way_back(requests: Requests, call: Call) -> int:
    return requests.links.delay(call.state["node"], call.state["server"])


def _work(requests: Requests, call: Call, pod: Object) -> Verdict:
    app = requests.app_of(pod, call.state["port"])
    time = draw_time(requests, call, app.service_time)
    status = _status(requests, call, app)
    text = f"{call.method} {call.target.path}: works {time / MILLISECOND:.1f} ms".lstrip()
    call.saw(requests.context.clock.now, "pod", pod["metadata"]["name"], text)
    calls = app.calls if status < 400 else ()
    call.found(calls=calls, answer=status, program=program_of(pod))
    return Verdict(time, "calls" if calls else "answer")


def ask_others(requests: Requests, call: Call) -> Verdict:
    """What the program asks of other services before it answers."""
    if requests.lost_program(call):
        return answer(requests, call)
    return Verdict(0, "waits") if requests.ask(call) else answer(requests, call)


def answer(requests: Requests, call: Call) -> Verdict:
    """The pod's answer, if its program still runs and the way back is open."""
    name, status = call.state["pod"][1], call.state["answer"]
    now = requests.context.clock.now
    lost = requests.lost_program(call)
    if lost == "ended":
        call.saw(now, "pod", name, "the program ended before it had answered")
        return Verdict(_way_back(requests, call), error=RESET)
    there = call.state["server"]
    if lost or not requests.links.passes(there, call.state["node"]):
        text = f"the answer does not leave {there}: " + ("it is dead" if lost else "a link is cut")
        call.saw(now, "wire", there, text)
        return Verdict(requests.left(call), error=NO_ANSWER)
    call.saw(now, "pod", name, f"answers {status}")
    call.body = f"{name} answers {call.method} {call.target.path}\n"
    return Verdict(_way_back(requests, call), status=status)


def program_of(pod: Object) -> tuple[str, int]:
    """What tells one run of a pod's programs from the next: its UID and its restarts."""
    statuses = pod["status"].get("containerStatuses") or ()
    return pod["metadata"]["uid"], sum(each.get("restartCount", 0) for each in statuses)


def _status(requests: Requests, call: Call, app: AppBehaviour) -> int:
    if app.paths is not None and call.target.path not in app.paths:
        return 404
    return 500 if app.fails and requests.uniform(call, "fails") < app.fails else 200


def draw_time(requests: Requests, call: Call, law: Distribution) -> int:
    """A service time in ns from its distribution."""
    if law.law == "fixed" or not law.mean:
        return law.mean
    if law.law == "exponential":
        return round(-law.mean * math.log(1.0 - requests.uniform(call, "service-time")))
    variance = math.log(1.0 + (law.deviation / law.mean) ** 2)
    normal = requests.normal(call, "service-time")
    return round(law.mean * math.exp(math.sqrt(variance) * normal - variance / 2))
