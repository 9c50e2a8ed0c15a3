"""What was under way in bulk when its path changed goes on through the hops by itself.

Each request gets the state that it would have if it had gone by itself from the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kubelearn.network.bulk import Flow, Served
from kubelearn.network.plan import LEAVE, Goal, Plan, shifted, stops
from kubelearn.network.router import handover
from kubelearn.network.verdict import NO_ANSWER
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.loads import Loads, Row


def release(loads: Loads, row: Row, old: Plan, new: Plan | None, flow: Flow) -> Flow:
    """Let go of what a change of the path may touch; returns all other requests."""
    goals = new.goals if new is not None else ()
    handover.release(loads, row, old)
    if flow.coming is not None:
        columns = (
            each.tolist() for each in (flow.coming.number, flow.coming.sent, flow.coming.goal)
        )
        for index, sent, goal in zip(*columns, strict=True):
            _resume(loads, row, old, index, sent, goal)
    rest = [_answering(loads, row, old, one, goals) for one in flow.open]
    if new is None or new.origin != old.origin:
        whose = [True] * (len(old.goals) + 1)
    else:
        # Their balancer may break their connections later, when nobody knows their goal any more.
        whose = [bool(goal.state.get("target")) and goal not in goals for goal in old.goals]
        whose.append(False)
    rest = [_leaving(loads, row, old, one, whose) for one in rest]
    for target in _lost_targets(loads, old):
        loads.requests.reset(*target)
    return Flow(None, tuple(_renumbered(one, old, goals) for one in rest if len(one.number)))


def _lost_targets(loads: Loads, old: Plan) -> list[tuple[str, str]]:
    """(balancer, target) for those whose connections their balancer has broken since."""
    keeps = loads.requests.balancers.keeps
    through = (goal for goal in old.goals if goal.keeps and goal.state.get("target"))
    targets = {goal.state["target"] for goal in through}
    return [target for target in sorted(targets) if not keeps(*target)]


def _renumbered(served: Served, old: Plan, goals: tuple[Goal, ...]) -> Served:
    """The same requests with the numbers that their goals have in the new plan."""
    import numpy as np

    places = [goals.index(goal) if goal in goals else -1 for goal in old.goals]
    # A request whose goal does not matter any more keeps no number; -1 finds the last place.
    found = np.array([*places, -1], np.int32)
    return served._replace(goal=found[served.goal])


def _resume(loads: Loads, row: Row, plan: Plan, index: int, sent: int, goal: int) -> None:
    """Let a request enter the next hop of its way at its time, or wait in vain for it."""
    now, draws = loads.context.clock.now, loads.context.draws
    call = loads.call_of(row, index, sent)
    time, hop = sent, ""
    for stop in stops(plan, draws, row.subject, index, goal):
        call.state = shifted(stop.state, sent)
        _came_to_proxy(call, time)
        time += stop.delay
        if time > call.deadline:
            if len(stop.state.get("legs") or ()) > len(call.state.get("legs") or ()):
                call.state = shifted(stop.state, sent)  # a proxy holds it back that hears of it
                _came_to_proxy(call, time - stop.delay)
            _put_end(loads, call, call.deadline, (0, NO_ANSWER, hop))
            return
        hop = stop.hop
        if time > now and hop == LEAVE:
            leg = call.state["legs"][-1]
            _put_end(loads, call, time, (leg.routed.status, leg.routed.error, leg.hop))
            return
        if time > now:
            # Whether there is a proxy in its way is found out when it leaves.
            loads.requests.take_up(call, time, "kube-proxy" if hop == "outbound" else hop)
            return


def _came_to_proxy(call: Call, time: int) -> None:
    """A request that is about to leave a proxy has come to it at a moment."""
    *before, last = call.state.get("legs") or (None,)
    if last is not None:
        call.found(legs=(*before, last._replace(since=time)))


def _answering(loads: Loads, row: Row, plan: Plan, served: Served, goals: Sequence[Goal]) -> Served:
    """Requests in pods that are not the same in the new plan; returns all others."""
    import numpy as np

    now = loads.context.clock.now
    lost = np.array([one.work is not None and one not in goals for one in plan.goals], bool)
    touched = (served.finish > now) & (served.goal >= 0) & lost[served.goal]
    # One whose client gives up before the pod has done its work ends in that way in any case.
    touched &= served.finish <= served.sent + row.timeout
    columns = (served.number, served.sent, served.finish, served.goal)
    for index, sent, finish, goal in zip(*(c[touched].tolist() for c in columns), strict=True):
        target = plan.goals[goal]
        call = loads.call_of(row, index, sent)
        answer = {"answer": _status(loads, row, index, target)}
        call.state = {**shifted(target.state, sent), **answer}
        loads.requests.take_up(call, finish, "answer")
    return served.where(~touched)


def _status(loads: Loads, row: Row, index: int, goal: Goal) -> int:
    work, draws = goal.work, loads.context.draws
    assert work is not None
    if not work.known:
        return 404
    return 500 if work.fails and draws.uniform("fails", row.subject, index) < work.fails else 200


def _leaving(loads: Loads, row: Row, plan: Plan, served: Served, whose: Sequence[bool]) -> Served:
    """Put the ends of requests on the clock, since something may end them before.

    `whose` says it for each goal of the plan, and last for those of plans before; returns all
    others.
    """
    import numpy as np

    late = (served.done > loads.context.clock.now) & np.array(whose, bool)[served.goal]
    columns = (served.number, served.sent, served.finish, served.done, served.outcome, served.goal)
    rows = zip(*(column[late].tolist() for column in columns), strict=True)
    for index, sent, finish, done, outcome, goal in rows:
        call = loads.call_of(row, index, sent)
        call.state = shifted(plan.goals[goal].state, sent) if goal >= 0 else plan.origin
        if goal >= 0 and plan.goals[goal].passes and finish <= call.deadline:
            call.found(passed=finish + plan.goals[goal].passes)
        _put_end(loads, call, done, loads.results[row.number].ending(outcome))
    return served.where(~late)


def _put_end(loads: Loads, call: Call, time: int, ending: tuple[int, str, str]) -> None:
    """Let a call end at a time, with (status, error, hop)."""
    status, error, call.hop = ending
    loads.requests.calls[call.number] = call
    loads.context.clock.at(time, loads.requests.leave, call.number, status, error)
