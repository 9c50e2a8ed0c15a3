"""Namespace: emptied first, then gone."""

from kubelearn.api.objects import condition
from tests.controllers.control_room import control_room


def world():
    """A namespace with a running pod and a ConfigMap, that is being deleted."""
    room = control_room("namespace")
    room.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}})
    account = {"name": "default", "namespace": "demo"}
    room.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
    return room


def left(room):
    """Resource -> number of objects in the namespace."""
    counts = {r: len(room.api.list(r, "demo")) for r in ("pods", "configmaps", "serviceaccounts")}
    return {resource: count for resource, count in counts.items() if count}


def delete(room):
    """Ask the namespace to go."""
    room.api.delete("namespaces", None, "demo")


def status_of(room, kind):
    """(status, reason) of a condition of the namespace."""
    found = condition(room.api.get("namespaces", None, "demo"), kind)
    return found and (found["status"], found["reason"])


def test_an_empty_namespace_goes_after_the_delay():
    """Five seconds, in which other API servers learn of it."""
    room = world()
    delete(room)
    room.run(4.9)
    assert left(room) == {"serviceaccounts": 1}
    room.run(1)
    assert room.api.find("namespaces", None, "demo") is None
    assert left(room) == {}


def test_pods_go_first():
    """Everything else waits until no pod is left."""
    room = world()
    room.create("ConfigMap", "a", None, namespace="demo")
    room.start(room.pod("p", namespace="demo"))
    delete(room)
    room.run(6)
    assert left(room) == {"pods": 1, "configmaps": 1, "serviceaccounts": 1}
    assert status_of(room, "NamespaceContentRemaining") == ("False", "ContentRemoved")
    room.stop_all()
    room.run(30)
    assert room.api.find("namespaces", None, "demo") is None


def test_pods_are_asked_one_after_the_other():
    """A collection is deleted object by object."""
    room = world()
    for number in range(3):
        room.start(room.pod(f"p{number}", namespace="demo"))
    delete(room)
    seen = []
    for _ in range(4):
        room.run(5.006 if not seen else 0.025)
        seen.append(3 - len(room.live()))
    assert seen == [1, 2, 3, 3]


def test_finalizers_are_waited_for():
    """And told; eight seconds after they are gone at the latest it goes on."""
    room = world()
    room.create("ConfigMap", "a", None, namespace="demo", finalizers=["example.com/x"])
    delete(room)
    room.run(60)
    assert status_of(room, "NamespaceContentRemaining") == ("True", "SomeResourcesRemain")
    assert status_of(room, "NamespaceFinalizersRemaining") == ("True", "SomeFinalizersRemain")
    room.api.patch("configmaps", "demo", "a", {"metadata": {"finalizers": None}})
    room.run(8.1)
    assert room.api.find("namespaces", None, "demo") is None


def test_a_pod_that_nobody_stops_is_an_error_in_the_end():
    """After its grace period; the namespace stays."""
    room = world()
    room.start(room.pod("p", namespace="demo"))
    delete(room)
    room.run(20)
    assert status_of(room, "NamespaceDeletionContentFailure") == ("False", "ContentDeleted")
    room.run(60)
    assert status_of(room, "NamespaceDeletionContentFailure") == ("True", "ContentDeletionFailed")


def test_it_explains_itself():
    """What it waits for."""
    room = world()
    say = room.parts["namespace"].reconciler.explain
    room.create("ConfigMap", "a", None, namespace="demo", finalizers=["example.com/x"])
    assert say("namespaces", room.api.get("namespaces", None, "demo"))[0].text.endswith("active")
    delete(room)
    room.run(1)
    texts = [r.text for r in say("namespaces", room.api.get("namespaces", None, "demo"))]
    assert texts == ["it is being emptied"]
    room.run(10)
    texts = [r.text for r in say("namespaces", room.api.get("namespaces", None, "demo"))]
    assert texts[0].startswith("Some resources are remaining: configmaps.")
