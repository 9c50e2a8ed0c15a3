"""How a kubelet says that it is alive: a lease every 10 s, its status on change or every 5 minutes.

Source: `pkg/kubelet/kubelet_node_status.go`, component-helpers `apimachinery/lease`; Kubernetes
1.36: nodeLeaseDurationSeconds 40, renewal at a quarter of it, nodeStatusReportFrequency 5 m.

Unlike the real one: renewals come at an exact period from a drawn beginning, without jitter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.objects import Object, owner_reference
from kubelearn.api.times import micro_timestamp, timestamp
from kubelearn.kubelet.node_object import image_list, node_conditions, node_info
from kubelearn.kubelet.rows import NodeRow
from kubelearn.sim.clock import MINUTE, SECOND

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets

LEASES = "leases.coordination.k8s.io"
LEASE_NAMESPACE = "kube-node-lease"
LEASE_DURATION = 40
RENEWAL = 10 * SECOND
STATUS_PERIOD = 5 * MINUTE


def renew_lease(kubelet: Kubelets, node: str) -> None:
    """Write the node's lease, or its first one."""
    api, now = kubelet.context.api, kubelet.context.clock.now
    key = (LEASE_NAMESPACE, node)
    old = api.store.get(LEASES, key)
    if old is None:
        owner = api.find("nodes", None, node)
        if owner is None:
            return
        old = _first_lease(kubelet, node, owner)
    lease = old.copy()
    lease["metadata"] = old["metadata"].copy()
    lease["spec"] = {**old["spec"], "renewTime": micro_timestamp(now)}
    # A trusted writer of a small object, very often: no admission, no validation.
    api.store.add(LEASES, key, lease)


def _first_lease(kubelet: Kubelets, node: str, owner: Object) -> Object:
    context = kubelet.context
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": node,
            "namespace": LEASE_NAMESPACE,
            "uid": context.draws.uuid("uid", f"{LEASES}/{node}", context.api.store.revision),
            "creationTimestamp": timestamp(context.clock.now),
            "ownerReferences": [owner_reference(owner, controller=False)],
        },
        "spec": {"holderIdentity": node, "leaseDurationSeconds": LEASE_DURATION},
    }


def is_due(row: NodeRow, now: int, *, becomes_ready: bool) -> bool:
    """Whether the node's status is written now."""
    return row.dirty or becomes_ready or now - row.posted >= STATUS_PERIOD


def post_status(kubelet: Kubelets, row: NodeRow, *, ready: bool) -> NodeRow:
    """Write the node's status; returns the node's new row."""
    api, now = kubelet.context.api, kubelet.context.clock.now
    node = api.find("nodes", None, row.name)
    if node is None:
        return row
    old = node.get("status", {}).get("conditions") or []
    patch = {
        "conditions": node_conditions(old, now, ready=ready, pressed=row.name in kubelet.pressed),
        "nodeInfo": node_info(row.name, row.boots),
        "images": image_list(kubelet.images.get(row.name, frozenset())),
    }
    api.patch_status("nodes", None, row.name, patch)
    return row._replace(posted=now, dirty=False)
