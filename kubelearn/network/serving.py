"""The last hops of a request: the pod takes it, works, asks other services, and answers.

Unlike the real one: the program fails with 503 when a service that it asks gives no answer and with
500 when it answers an error, unless the call is optional; it asks one service after the other and
passes on the time that is left; a connection whose program has ended breaks at the moment at which
its answer was due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.network.access_log import Access
from kubelearn.network.contents import content
from kubelearn.network.keep_alive import is_forgotten
from kubelearn.network.passages import NEVER
from kubelearn.network.programs import program_of
from kubelearn.network.proxy_protocol import misread
from kubelearn.network.service_times import service_time
from kubelearn.network.tls.handshakes import greet_program
from kubelearn.network.verdict import (
    NO_ANSWER,
    NO_ROUTE,
    REFUSED,
    RESET,
    UNREACHABLE_AFTER,
    Verdict,
)
from kubelearn.network.wires import way_back
from kubelearn.sim.clock import MILLISECOND
from kubelearn.traffic.call import Call, Target
from kubelearn.traffic.cookies import SET_COOKIE, cookies, joined

WRITES = ("POST", "PUT")
"""Methods with which a program that stores something writes it."""

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
    if silence or requests.relays.entry(pod, port) == "refused":
        call.saw(requests.context.clock.now, "pod", name, f"nothing listens on port {port}")
        return Verdict(_way_back(requests, call), error=REFUSED)
    ended, volume = misread(requests, call, pod), requests.app_of(pod, port).tls
    if ended is None and volume:
        ended = greet_program(requests, call, pod, volume)
    if ended is not None:
        return ended
    if "until" in call.state and not call.state.get("legs"):
        call.found(until=NEVER)  # the connection stands
    return _work(requests, call, pod)


def _way_back(requests: Requests, call: Call) -> int:
    return sum(requests.links.delay(*stretch) for stretch in way_back(call))


def _work(requests: Requests, call: Call, pod: Object) -> Verdict:
    app = requests.app_of(pod, call.state["port"])
    work = service_time(requests.context.draws, app.service_time, *call.subject)
    now, index = requests.context.clock.now, requests.programs.serving(pod, call.state["port"])
    time = requests.programs.give(pod, index, work) - now
    status, said = content(requests, call, pod, app)
    if status < 400 and app.fails and requests.uniform(call, "fails") < app.fails:
        status = 500
    if said is not None and status != 500:
        call.found(said=said)
    text = f"{call.method} {call.target.path}: works {work / MILLISECOND:.1f} ms".lstrip()
    if time > work:
        text += (
            f", {(time - work) / MILLISECOND:.1f} ms of waiting in its queue or for its CPU limit"
        )
    source = requests.source(call)
    if source != requests.clients.address(call.state):
        text += f"; sees the sender {source}"
    call.saw(now, "pod", pod["metadata"]["name"], text, source=source)
    calls = app.calls if status < 400 else ()
    call.found(calls=calls, answer=status, program=program_of(pod), forwards=app.forwards,
               cookie=app.cookie, arrived=now)  # fmt: skip
    if status < 400 and requests.relays.entry(pod, call.state["port"]):
        return Verdict(time, "relay")
    return Verdict(time, "calls" if calls else "answer")


def ask_others(requests: Requests, call: Call) -> Verdict:
    """What the program asks of other services before it answers."""
    if requests.lost_program(call):
        return answer(requests, call)
    return Verdict(0, "waits") if requests.ask(call) else answer(requests, call)


def passed_on(call: Call) -> dict[str, str]:
    """The headers of a request that its program copies into the calls that it makes for it."""
    wanted = call.state.get("forwards") or ()
    return {name: value for name, value in call.headers.items() if name.lower() in wanted}


def without(call: Call, child: Call) -> None:
    """A call of the program failed: it tries again, goes on without it, or fails too."""
    one = call.state["asking"]
    rest = call.state["calls"]
    if one.tries > 1:
        call.found(calls=(one._replace(tries=one.tries - 1), *rest))
    elif one.optional:
        missing = (*call.state.get("missing", ()), Target.of(child.url).host)
        call.found(missing=missing)
    else:
        call.found(calls=(), answer=503 if child.error else 500)


def answer(requests: Requests, call: Call) -> Verdict:
    """The pod's answer, if its program still runs and the way back is open."""
    name, status = call.state["pod"][1], call.state["answer"]
    now = requests.context.clock.now
    lost = requests.lost_program(call)
    if lost == "ended":
        call.saw(now, "pod", name, "the program ended before it had answered")
        return Verdict(_way_back(requests, call), error=RESET)
    there = call.state["server"]
    broken = _broken(requests, call)
    if lost or broken:
        text = f"the answer does not leave {there}: " + ("it is dead" if lost else broken)
        call.saw(now, "wire", there, text)
        return Verdict(requests.left(call), error=NO_ANSWER)
    if is_forgotten(requests, call):
        return Verdict(requests.left(call), error=NO_ANSWER)
    gone = ", ".join(call.state.get("missing", ()))
    call.saw(now, "pod", name, f"answers {status}" + (f", without {gone}" if gone else ""))
    missing = "".join(f"without {host}, which failed\n" for host in call.state.get("missing", ()))
    said = f"{name} answers {call.method} {call.target.path}"
    own = f"{said}\n{missing}{_stored(requests, call)}"
    call.body = call.state.get("said", own)
    _give_cookie(requests, call)
    if not requests.root(call).load:
        _note(requests, call)
    return Verdict(_way_back(requests, call), status=status)


def _give_cookie(requests: Requests, call: Call) -> None:
    """Begin a session with a client that has none."""
    name = call.state.get("cookie")
    if name and name not in cookies(call.headers):
        session = {SET_COOKIE: f"{name}={requests.draw(call, 1 << 32, 'cookie'):08x}; Path=/"}
        call.found(response=joined(call.state.get("response") or {}, session))


def _note(requests: Requests, call: Call) -> None:
    """Write the line of the program's access log."""
    pod = requests.context.api.get("pods", *call.state["pod"])
    access = Access(
        requests.context.clock.now,
        requests.programs.serving(pod, call.state["port"]),
        requests.source(call),
        call.method,
        call.target.path,
        call.state["answer"],
        len(call.body.encode()),
        call.headers.get("user-agent", ""),
    )
    requests.access_log.note(pod, access)


def _broken(requests: Requests, call: Call) -> str:
    """Why the answer cannot go back the way that the request came; "" when it can."""
    if not all(requests.links.passes(*stretch) for stretch in way_back(call)):
        return "a link is cut"
    dead = [one for one in call.state.get("via", ()) if requests.is_dead(one)]
    return f"{dead[0]}, through which it came, is dead" if dead else ""


def _stored(requests: Requests, call: Call) -> str:
    """Write to the program's volume, or tell what it holds; "" for programs that keep nothing."""
    pod = requests.context.api.find("pods", *call.state["pod"])
    if pod is None or call.state["answer"] >= 400:
        return ""
    volume = requests.app_of(pod, call.state["port"]).stores
    if not volume:
        return ""
    if call.method in WRITES:
        requests.disks.write(pod, volume, call.target.path)
        return ""
    held = requests.disks.read(pod, volume)
    return "".join(f"{text}\n" for text in held)
