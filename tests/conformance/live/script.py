"""What is done in a transcript, and when: conditions and verbs of its `actions`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.errors import APIError
from kubelearn.api.eviction import evict
from kubelearn.api.objects import Key, Object, condition, get_path
from kubelearn.api.times import timestamp
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.world.rollouts import rollout
from tests.conformance.live.names import Names
from tests.conformance.live.world import NAMESPACE, Live, add_node

REACTION = 100 * MILLISECOND
"""From a change to whoever waits for it with the next action."""
LONGEST = 400 * SECOND
UNSEEN = ("events", "leases.coordination.k8s.io", "controllerrevisions.apps")
"""Writes to these do not end the quiet."""


class Script:
    """Runs the actions of one case in a world."""

    def __init__(self, live: Live, case: dict[str, Any]) -> None:
        self.live, self.case = live, case
        self.answers: list[dict[str, Any]] = []
        second = case["given"].get("start_at_second_of_minute", 0)
        self._start = self._acted = int(second * SECOND)
        """t = 0 of the transcript; that of the clock is at a whole minute."""
        self._held: int | None = None
        self._seen = live.api.store.revision
        self._changed = 0

    def run(self) -> None:
        """Create the given objects, do all actions, and stop at the end."""
        gap = int(self.case["given"].get("object_gap_s", 0) * SECOND)
        for number, obj in enumerate(self.case["given"]["objects"]):
            self.live.clock.run(self._start + number * gap)
            self._create(obj)
        for action in self.case["actions"]:
            self._wait(action.get("when") or {"at_s": action["at_s"]})
            self._do(action["do"])
            self._acted = self.live.clock.now
        self._wait(self.case["end"])

    # When

    def _wait(self, when: dict[str, Any]) -> None:
        """Let the clock run up to the moment of a condition."""
        self._held = None
        clock = self.live.clock
        while clock.now < LONGEST:
            self._look()
            due = self._due(when)
            following = clock.peek()
            if due is not None and (following is None or due < following.time):
                clock.run(max(due, clock.now))
                return
            assert clock.step() is not None
        raise AssertionError(f"this never happened: {when}")

    def _look(self) -> None:
        """Note when something last changed that the recorder would have seen."""
        store = self.live.api.store
        for record in store.since(self._seen):
            if record.resource not in UNSEEN:
                self._changed = record.time
        self._seen = store.revision

    def _due(self, when: dict[str, Any]) -> int | None:
        """When it will be time, as far as is known now."""
        if "at_s" in when:
            return self._start + int(when["at_s"] * SECOND)
        if "quiet_s" in when:
            if self.live.kubelet.waiting:
                return None
            return max(self._changed, self._acted) + int(when["quiet_s"] * SECOND)
        if "after_s" in when:
            return self._acted + int(when["after_s"] * SECOND)
        if not self._holds(when):
            self._held = None
            return None
        if self._held is None:
            self._held = self.live.clock.now + REACTION
        return self._held + int(when.get("then_s", 0) * SECOND)

    def _holds(self, when: dict[str, Any]) -> bool:
        obj = self.live.api.find(*self._place(when["kind"], when["name"]))
        if when.get("absent") and "field" not in when:
            return obj is None
        value = _field(obj, when["field"])
        if "at_least" in when:
            return (value or 0) >= when["at_least"]
        return value is None if when.get("absent") else bool(value == when["equals"])

    # What

    def _place(self, kind: str, name: str) -> tuple[str, str | None, str]:
        for known in self.live.api.kinds:
            if known.kind == kind:
                real = Names(self.live.api.store).real(kind, name)
                return known.resource, NAMESPACE if known.namespaced else None, real
        raise ValueError(f"kind {kind} is unknown")

    def _key(self, pod: str) -> Key:
        return (NAMESPACE, self._place("Pod", pod)[2])

    def _do(self, verbs: dict[str, Any]) -> None:
        ((verb, given),) = verbs.items()
        VERBS[verb](self, given)

    def _create(self, obj: Object) -> Object:
        kind = self.live.api.kinds.of(obj)
        if kind.namespaced:
            obj = {**obj, "metadata": {**obj["metadata"], "namespace": NAMESPACE}}
        return self.live.api.create(obj)

    def _patch(self, given: dict[str, Any]) -> None:
        style = next(s for s in ("merge", "json", "strategic") if s in given)
        place = self._place(given["kind"], given["name"])
        options = {"style": style, "subresource": given.get("subresource") or ""}
        self.live.api.patch(*place, given[style], **options)

    def _delete(self, given: dict[str, Any]) -> None:
        options = given.get("options") or {}
        self.live.api.delete(
            *self._place(given["kind"], given["name"]),
            grace=options.get("gracePeriodSeconds"),
            propagation=options.get("propagationPolicy"),
        )

    def _try_create(self, obj: Object) -> None:
        to = f"create {obj['kind']}/{obj['metadata']['name']}"
        self._ask(to, lambda: self._create(obj))

    def _evict(self, given: dict[str, Any]) -> None:
        key = self._key(given["name"])
        self._ask(f"eviction {given['name']}", lambda: evict(self.live.api, *key))
        refused = self.answers[-1]["answer"].pop("details", None)
        if refused is not None:
            told = {name: refused.get(name) for name in ("causes", "retryAfterSeconds")}
            self.answers[-1]["answer"] |= told

    def _ask(self, to: str, function: Callable[[], object]) -> None:
        """Do something whose answer is recorded."""
        try:
            function()
            answer: dict[str, Any] = {"code": 201}
        except APIError as error:
            answer = {"code": error.code, "reason": error.reason or None,
                      "message": error.message}  # fmt: skip
            if to.startswith("eviction"):
                answer["details"] = error.details or {}
        self.answers.append({"to": to, "answer": answer})

    def _node_condition(self, given: dict[str, Any]) -> None:
        condition = {name: given[name] for name in ("type", "status", "reason")}
        condition["lastTransitionTime"] = timestamp(self.live.clock.now)
        self.live.kubelet.set_node_condition(given["node"], condition)

    def _add_node(self, given: dict[str, Any]) -> None:
        add_node(self.live.kubelet, given["name"], self.case["given"], given.get("labels"))

    def _kubectl(self, given: dict[str, Any]) -> None:
        """The commands of which the effect is a write; their texts are not compared."""
        words = given["args"]
        if words[0] == "cordon":
            self.live.api.patch("nodes", None, words[1], {"spec": {"unschedulable": True}})
        elif words[0] == "rollout":
            rollout(self.live, words[1], words[2], NAMESPACE)
        elif words[:2] == ["delete", "job"]:
            self.live.api.delete("jobs.batch", NAMESPACE, words[2], propagation="Background")
        elif words[0] == "delete":
            self._force_delete(words[words.index("--field-selector") + 1].partition("=")[2])

    def _force_delete(self, node: str) -> None:
        """`kubectl delete pod --field-selector spec.nodeName=NODE --grace-period=0 --force`."""
        for pod in self.live.api.on_node(node):
            key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
            self.live.api.delete("pods", *key, grace=0)


def _field(obj: Object | None, path: str) -> Any:
    """The value of a field; a condition is addressed by its type."""
    if not path.startswith("status.conditions."):
        return get_path(obj, *path.split("."))
    kind, name = path.removeprefix("status.conditions.").split(".")
    return ((condition(obj, kind) if obj else None) or {}).get(name)


VERBS: dict[str, Callable[[Script, Any], object]] = {
    "create": Script._create,
    "patch": Script._patch,
    "delete": Script._delete,
    "try_create": Script._try_create,
    "evict": Script._evict,
    "node_condition": Script._node_condition,
    "add_node": Script._add_node,
    "kubectl": Script._kubectl,
    "load": lambda s, given: s.live.load.become(given),
    "stop_heartbeats": lambda s, given: s.live.kubelet.stop_heartbeats(given["nodes"]),
    "resume_heartbeats": lambda s, given: s.live.kubelet.resume_heartbeats(given["nodes"]),
    "pod_ready": lambda s, given: s.live.kubelet.set_ready(s._key(given["pod"]), given["ready"]),
    "pod_exit": lambda s, given: s.live.kubelet.exit(s._key(given["pod"]), given["code"]),
}
"""Verb of an action -> what it does."""
