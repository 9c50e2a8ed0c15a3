"""What was under way in bulk when its path changed goes on through the hops by itself.

Each request gets the state that it would have if it had gone by itself from the beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubelearn.network.bulk import LATE, Coming, Served
from kubelearn.network.hops import PROXY_DELAY
from kubelearn.network.plan import Goal, Plan

if TYPE_CHECKING:
    from kubelearn.network.loads import Loads, Row


def on_its_way(loads: Loads, row: Row, plan: Plan, coming: Coming) -> None:
    """Requests that have not reached their pod."""
    for index, sent, goal in zip(
        coming.number.tolist(), coming.sent.tolist(), coming.goal.tolist(), strict=True
    ):
        _resume(loads, row, plan, index, sent, plan.goals[goal])


def _resume(loads: Loads, row: Row, plan: Plan, index: int, sent: int, goal: Goal) -> None:
    now, draws = loads.context.clock.now, loads.context.draws
    state: dict[str, Any] = dict(plan.origin)
    time, hop = sent, "resolver"
    for number, query in enumerate(plan.queries):
        if time > now:
            break
        state |= {"names": plan.names, "query": number, "attempt": 0,
                  "dns_timeout": plan.dns[0], "dns_attempts": plan.dns[1]}  # fmt: skip
        purpose = f"dns-server {number} 0"
        time += query.trips[draws.below(len(query.trips), purpose, row.subject, index)]
        if number + 1 < len(plan.queries):
            state["query"] = number + 1
        else:
            state["address"], hop = plan.address, "kube-proxy"
    if not plan.queries:
        state["address"], hop = plan.address, "kube-proxy"
    if hop == "kube-proxy" and time <= now:
        state |= {"address": goal.address, "port": goal.port}
        time, hop = time + PROXY_DELAY, "wire"
    if hop == "wire" and time <= now:
        state |= {"server": goal.node, "pod": goal.pod}
        time, hop = time + goal.there - PROXY_DELAY, "pod"
    call = loads.call_of(row, index, sent)
    call.state = state
    loads.requests.take_up(call, time, hop)


def answering(
    loads: Loads, row: Row, plan: Plan, served: Served, goals: tuple[Goal, ...]
) -> Served:
    """Requests in pods that are not the same in the new plan; returns all others."""
    import numpy as np

    now = loads.context.clock.now
    lost = np.array([goal not in goals for goal in plan.goals], bool)
    touched = (served.finish > now) & (served.goal >= 0) & lost[served.goal]
    # One whose client gives up before the pod has done its work ends in that way in any case.
    touched &= served.finish <= served.sent + row.timeout
    for index, sent, finish, goal in zip(
        *(c[touched].tolist() for c in (served.number, served.sent, served.finish, served.goal)),
        strict=True,
    ):
        target = plan.goals[goal]
        call = loads.call_of(row, index, sent)
        call.state = dict(plan.origin) | {
            "address": target.address, "port": target.port, "server": target.node,
            "pod": target.pod, "calls": (), "program": target.program,
            "answer": _status(loads, row, index, target),
        }  # fmt: skip
        loads.requests.take_up(call, finish, "answer")
    return served.where(~touched)


def _status(loads: Loads, row: Row, index: int, goal: Goal) -> int:
    if not goal.known:
        return 404
    draws = loads.context.draws
    return 500 if goal.fails and draws.uniform("fails", row.subject, index) < goal.fails else 200


def leaving(loads: Loads, row: Row, served: Served) -> Served:
    """Answers on their way to a client that may be gone; returns those that have arrived."""
    now, clock = loads.context.clock.now, loads.context.clock
    requests = loads.requests
    late = served.done > now
    columns = (served.number, served.sent, served.done, served.outcome)
    for index, sent, done, outcome in zip(*(c[late].tolist() for c in columns), strict=True):
        call = loads.call_of(row, index, sent)
        plan = loads.plans[row.number]
        assert plan is not None
        call.state = dict(plan.origin)
        requests.calls[call.number] = call
        error = loads.results[row.number].words(outcome) if outcome == LATE else ""
        clock.at(done, requests.leave, call.number, max(outcome, 0), error)
    return served.where(~late)
