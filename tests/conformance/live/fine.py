"""What is known to differ in the fine milestones and the final states, with the reason."""

from __future__ import annotations

STEPS = (
    "how many writes of the ReplicaSets one sync of the Deployment sees together: ours waits 20 ms "
    "between two syncs, the real one as long as its requests take"
)
EVICTIONS = "the pods of a node are evicted in one instant here, one request after the other there"

FINE: dict[str, dict[str, str]] = {
    "deploy-broken-then-rollback": {"status:Deployment/web": STEPS},
    "deploy-roll-10-s25p-u25p": {"status.unavailableReplicas:Deployment/web": STEPS},
    "deploy-rollover": {"status:Deployment/web": STEPS},
    "deploy-rollover-midway": {
        "status.unavailableReplicas:Deployment/web": STEPS,
        "status:ReplicaSet/web-B": STEPS,
    },
    "node-zone-full": {
        "status:Deployment/web": EVICTIONS,
        "status.replicas:Deployment/web": EVICTIONS,
        "status.updatedReplicas:Deployment/web": EVICTIONS,
        "status:ReplicaSet/web-A": EVICTIONS,
        "status.replicas:ReplicaSet/web-A": EVICTIONS,
        "status.fullyLabeledReplicas:ReplicaSet/web-A": EVICTIONS,
    },
    "rs-adopt-surplus": {
        "events_scheduler": "the adopted pod is deleted a few ms after its creation: in the "
        "recording the scheduler was faster each time",
    },
    "ns-delete-simple": {
        "meta:EndpointSlice/web-slice-1": "the recorder's watch ended with the namespace",
    },
}
"""Case -> milestone -> reason. One that agrees after all is reported."""

FINAL: dict[str, dict[str, str]] = {}
"""Case -> "Kind/name path" -> reason."""
