"""A small stand-in for a world: objects by hand, time by hand."""

from __future__ import annotations

import threading

from kubelearn.api.objects import Object, key_of
from kubelearn.api.store import Store
from kubelearn.api.times import timestamp
from kubelearn.sim.clock import SECOND, Clock
from kubelearn.sim.duration import parse_duration

OWNER = "web-5d4f8c7b9"


class FakeReader:
    """The reading verbs over a real store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def list(self, resource, namespace=None):
        """Objects by key."""
        table = self.store.items(resource)
        return [table[key] for key in sorted(table) if not namespace or key[0] == namespace]

    def find(self, resource, namespace, name):
        """One object, or None."""
        return self.store.get(resource, (namespace or "", name))


class FakeWorld:
    """A world without parts: objects lie in a real store, and a script may change them."""

    name = "script"

    def __init__(self, objects: dict[str, list[Object]] | None = None, now: int = 0) -> None:
        self.clock = Clock()
        self.clock.register(self)
        self.api = FakeReader(Store(self.clock))
        self.lock = threading.RLock()
        self.asked = 0
        for resource, listed in (objects or {}).items():
            for obj in listed:
                self.put(resource, obj)
        self.clock.run(now)

    def put(self, resource: str, obj: Object) -> None:
        """Write an object."""
        self.api.store.put(resource, key_of(obj), obj)

    def delete(self, resource: str, key: tuple[str, str]) -> None:
        """Remove an object."""
        self.api.store.delete(resource, key)

    def later(self, second: float, resource: str, obj: Object) -> None:
        """Put an object at a time."""
        self.clock.at(round(second * SECOND), self.put, resource, obj)

    def remove_later(self, second: float, resource: str, obj: Object) -> None:
        """Delete an object at a time."""
        self.clock.at(round(second * SECOND), self.delete, resource, key_of(obj))

    def why(self, ref):
        """An explanation in one line; counts how often it was asked for."""
        self.asked += 1
        return f"{ref['kind']} {ref['metadata']['name']} is as asked."

    def at(self, time):
        """The world as it was."""
        past = FakeWorld()
        past.api = self.api
        past.rewind(time)
        return past

    def run(self, duration):
        """Let time pass."""
        self.clock.run(self.clock.now + parse_duration(duration))

    def step(self):
        """The next event."""
        return self.clock.step()

    def rewind(self, time):
        """Go back; what the script had in store is gone."""
        store, self.clock = self.api.store, Clock(parse_duration(time))
        self.clock.register(self)
        self.api = FakeReader(store.at(self.clock.now, self.clock))


def pod(
    name: str = "web-1",
    *,
    namespace: str = "default",
    node: str = "",
    phase: str = "Pending",
    ready: bool = False,
    waiting: str = "",
    restarts: int = 0,
    deleted: bool = False,
    owner: str = "",
    cpu: str = "250m",
    memory: str = "128Mi",
) -> Object:
    """A pod with one container."""
    metadata = {"name": name, "namespace": namespace, "creationTimestamp": timestamp(0)}
    if deleted:
        metadata["deletionTimestamp"] = timestamp(0)
    if owner:
        reference = {"kind": "ReplicaSet", "name": owner, "controller": True, "uid": owner}
        metadata["ownerReferences"] = [reference]
    state = {"waiting": {"reason": waiting}} if waiting else {"running": {}}
    resources = {"requests": {"cpu": cpu, "memory": memory}}
    started = phase != "Pending" or waiting
    status = {"name": "app", "ready": ready, "restartCount": restarts, "state": state}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {
            "containers": [{"name": "app", "image": "web:1", "resources": resources}],
            **({"nodeName": node} if node else {}),
        },
        "status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": str(ready)}],
            **({"containerStatuses": [status]} if started else {}),
            **({"podIP": "10.244.1.7"} if phase == "Running" else {}),
        },
    }


def running(name: str, node: str = "worker-1", **more) -> Object:
    """A pod that is ready on a node."""
    return pod(name, node=node, phase="Running", ready=True, **more)


def node(
    name: str = "worker-1", *, zone: str = "us-west-2a", ready: str = "True", **more
) -> Object:
    """A node of 4 CPUs and 16Gi."""
    labels = {"topology.kubernetes.io/zone": zone, "kubernetes.io/hostname": name}
    labels |= {f"node-role.kubernetes.io/{role}": "" for role in more.get("roles", ())}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels, "creationTimestamp": timestamp(0)},
        "spec": {
            "unschedulable": more.get("cordoned", False),
            "taints": more.get("taints", []),
        },
        "status": {
            "allocatable": {"cpu": "4", "memory": "16Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": ready}],
        },
    }


def deployment(name: str = "web", desired: int = 3, ready: int = 2) -> Object:
    """A Deployment with this many pods ready."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"replicas": desired},
        "status": {"readyReplicas": ready},
    }


def replicaset(name: str = OWNER, deployment: str = "web") -> Object:
    """A ReplicaSet that a Deployment owns."""
    reference = {"kind": "Deployment", "name": deployment, "controller": True, "uid": deployment}
    metadata = {"name": name, "namespace": "default", "ownerReferences": [reference]}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": {}}


def service(name: str = "web") -> Object:
    """A ClusterIP Service on port 80."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.20", "ports": [{"port": 80}]},
    }


def endpointslice(service: str = "web", **ready: bool) -> Object:
    """The endpoints of a Service: pod name (underscores for dashes) = ready."""
    endpoints = [
        {
            "addresses": ["10.244.1.7"],
            "conditions": {"ready": is_ready},
            "targetRef": {"kind": "Pod", "namespace": "default", "name": name.replace("_", "-")},
        }
        for name, is_ready in ready.items()
    ]
    labels = {"kubernetes.io/service-name": service}
    metadata = {"name": f"{service}-x", "namespace": "default", "labels": labels}
    return {"kind": "EndpointSlice", "metadata": metadata, "endpoints": endpoints}


def event(
    number: int, reason: str = "Started", *, second: int = 1, type: str = "Normal", name="web-1"
) -> Object:
    """An event about a pod."""
    return {
        "kind": "Event",
        "metadata": {
            "name": f"{name}.{number}",
            "namespace": "default",
            "resourceVersion": str(number),
            "creationTimestamp": timestamp(second * SECOND),
        },
        "involvedObject": {"kind": "Pod", "name": name, "namespace": "default"},
        "lastTimestamp": timestamp(second * SECOND),
        "type": type,
        "reason": reason,
        "message": f"{reason} it",
        "source": {"component": "kubelet"},
        "count": 1,
    }


def small_world() -> FakeWorld:
    """Three workers in two zones, a control plane, and pods of every kind of state."""
    taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
    nodes = [
        node("control-plane", roles=("control-plane",), taints=[taint]),
        node("worker-1"),
        node("worker-2", zone="us-west-2b", cordoned=True),
        node("worker-3", zone="us-west-2b", ready="Unknown"),
    ]
    pods = [
        running("web-5d4f8c7b9-aaaaa", owner=OWNER),
        running("web-5d4f8c7b9-bbbbb", "worker-2", owner=OWNER),
        pod("web-5d4f8c7b9-ccccc", node="worker-1", waiting="ContainerCreating", owner=OWNER),
        pod("crash", node="worker-1", phase="Running", waiting="CrashLoopBackOff", restarts=4),
        pod("image", node="worker-2", waiting="ImagePullBackOff"),
        pod("huge", cpu="64"),
        pod("done", node="worker-1", phase="Succeeded"),
        pod("broken", node="worker-1", phase="Failed"),
        running("going", "worker-2", deleted=True),
        pod("slow", node="worker-2", phase="Running"),
        pod("lost", node="worker-3", phase="Unknown"),
        running("coredns-1", namespace="kube-system", node="control-plane"),
    ]
    objects = {
        "nodes": nodes,
        "pods": pods,
        "replicasets.apps": [replicaset()],
        "deployments.apps": [deployment()],
        "services": [service()],
        "endpointslices.discovery.k8s.io": [
            endpointslice(web_5d4f8c7b9_aaaaa=True, web_5d4f8c7b9_ccccc=False)
        ],
        "events": [
            event(1, "Scheduled", second=0),
            event(2, "Started", second=3),
            event(3, "BackOff", second=40, type="Warning", name="crash"),
        ],
    }
    return FakeWorld(objects, now=90 * SECOND)


def large_world(pods: int = 1000, nodes: int = 50) -> FakeWorld:
    """Many running pods on many nodes in three zones."""
    zones = ("us-west-2a", "us-west-2b", "us-west-2c")
    listed = [node(f"worker-{n + 1}", zone=zones[n % 3]) for n in range(nodes)]
    placed = [
        running(f"web-{n:04}", f"worker-{n % nodes + 1}", cpu="100m", memory="64Mi")
        for n in range(pods)
    ]
    return FakeWorld({"nodes": listed, "pods": placed}, now=60 * SECOND)
