"""DaemonSet: one pod on every node that it fits."""

from kubelearn.api.objects import merge
from kubelearn.controllers.daemon_nodes import target_node
from tests.controllers.control_room import control_room

DS = "daemonsets.apps"


def world(*nodes, **spec):
    """A DaemonSet on nodes, settled."""
    room = control_room("daemonset")
    for name in nodes:
        room.node(name)
    room.workload("DaemonSet", **spec)
    settle(room)
    return room


def settle(room):
    """Pods run on the nodes that they were made for."""
    for _ in range(10):
        room.run(0.1)
        for pod in room.pods():
            if pod["status"]["phase"] == "Pending":
                room.start(pod, target_node(pod))
        room.stop_all()


def nodes(room):
    """The nodes of the pods that stay."""
    return sorted(target_node(pod) for pod in room.live())


def counts(room):
    """The counters of the status, zeros left out."""
    status = room.get(DS)["status"]
    return {name: value for name, value in status.items() if value}


def taint(room, node, effect="NoExecute"):
    """Taint a node."""
    patch = {"spec": {"taints": [{"key": "k", "effect": effect}]}}
    room.api.patch("nodes", None, node, patch)


def test_one_on_each_node():
    """And the status counts them."""
    room = world("a", "b", "c")
    assert nodes(room) == ["a", "b", "c"]
    assert counts(room) == {
        "currentNumberScheduled": 3, "desiredNumberScheduled": 3, "numberReady": 3,
        "updatedNumberScheduled": 3, "numberAvailable": 3, "observedGeneration": 1,
    }  # fmt: skip


def test_a_new_node_gets_its_pod():
    """And the pod of a node that is gone is left to others."""
    room = world("a")
    room.node("b")
    settle(room)
    assert nodes(room) == ["a", "b"]
    room.api.delete("nodes", None, "a")
    settle(room)
    assert counts(room)["desiredNumberScheduled"] == 1


def test_a_taint_that_evicts():
    """The pod goes; when the taint goes there is a new one."""
    room = world("a", "b")
    taint(room, "a")
    settle(room)
    assert nodes(room) == ["b"]
    room.api.patch("nodes", None, "a", {"spec": {"taints": None}})
    settle(room)
    assert nodes(room) == ["a", "b"]


def test_a_taint_that_only_keeps_out():
    """The pod stays; nothing is even looked at."""
    room = world("a", "b")
    before = room.api.store.revision
    taint(room, "a", "NoSchedule")
    settle(room)
    assert nodes(room) == ["a", "b"]
    assert room.api.store.revision == before + 1


def test_a_pod_is_replaced_when_it_is_gone():
    """Not while it still runs: the node has one pod at a time."""
    room = world("a")
    room.api.delete("pods", "default", room.live()[0]["metadata"]["name"])
    room.run(1)
    assert len(room.pods()) == 1
    settle(room)
    assert nodes(room) == ["a"]


def test_surplus_pods_go():
    """The oldest stays."""
    room = world("a")
    (old,) = room.live()
    twin = merge(old, {"metadata": {"name": "twin", "uid": "u",
                                    "creationTimestamp": "2026-01-01T00:10:00Z"}})  # fmt: skip
    room.api.store.put("pods", ("default", "twin"), twin)
    settle(room)
    assert [pod["metadata"]["name"] for pod in room.live()] == [old["metadata"]["name"]]


def test_a_failed_pod_is_replaced_slower_each_time():
    """At once, then after a second, then after two."""
    room = world("a")
    told = []
    for _ in range(3):
        (pod,) = room.live()
        room.api.patch_status("pods", "default", pod["metadata"]["name"], {"phase": "Failed"})
        room.run(0.1)
        told.append(len(room.messages("FailedDaemonPod")))
        settle(room)
    assert told == [1, 2, 2]
    settle(room)
    assert len(room.messages("FailedDaemonPod")) == 3


def test_a_succeeded_pod_is_replaced():
    """A daemon has no business ending."""
    room = world("a")
    name = room.live()[0]["metadata"]["name"]
    room.api.patch_status("pods", "default", name, {"phase": "Succeeded"})
    settle(room)
    assert room.messages("SucceededDaemonPod") == [
        f"Found succeeded daemon pod default/{name} on node a, will try to delete it"
    ]
    assert nodes(room) == ["a"]


def test_it_explains_itself():
    """The DaemonSet and its pods."""
    room = world("a", "b")
    say = room.parts["daemonset"].reconciler.explain
    assert say(DS, room.get(DS))[0].text == "fits 2 nodes; its pod is ready on 2 of them"
    assert "made this pod for node" in say("pods", room.pods()[0])[0].text
    assert say("pods", room.pod("bare", labels={"x": "y"})) == []


def refuse_pods(room):
    """No pod may be created in the namespace any more."""
    room.create("ResourceQuota", "none", {"hard": {"pods": "0"}})


def test_refused_pods_leave_a_status():
    """The counters are written, and of a batch that doubles only the first is tried."""
    room = control_room("daemonset", "resource-quota")
    for name in ("a", "b", "c"):
        room.node(name)
    refuse_pods(room)
    room.run(0.1)
    room.workload("DaemonSet")
    room.run(0.12)
    assert counts(room)["desiredNumberScheduled"] == 3
    assert counts(room)["numberUnavailable"] == 3


def test_a_surging_daemonset_does_not_wait_for_a_pod_that_goes():
    """A pod that was deleted by hand is replaced at once."""
    rolling = {"maxSurge": 1, "maxUnavailable": 0}
    surging = {"type": "RollingUpdate", "rollingUpdate": rolling}
    room = world("a", updateStrategy=surging)
    old = room.pods()[0]["metadata"]["name"]
    room.api.delete("pods", "default", old)
    room.run(0.1)
    assert sorted(pod["metadata"]["name"] == old for pod in room.pods()) == [False, True]


def test_another_daemonset_waits():
    """Without surge there is one pod on a node, also one that goes."""
    room = world("a")
    room.api.delete("pods", "default", room.pods()[0]["metadata"]["name"])
    room.run(0.1)
    assert len(room.pods()) == 1
