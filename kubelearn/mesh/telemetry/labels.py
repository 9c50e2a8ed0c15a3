"""The labels of Istio's standard metrics.

Source: istio/proxy `source/extensions/filters/http/istio_stats/istio_stats.cc`, Istio 1.27;
istio.io `docs/reference/config/metrics`.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object, controller_of

UNKNOWN = "unknown"
CANONICAL = "service.istio.io/canonical-name"
REVISION = "service.istio.io/canonical-revision"


class Workload(NamedTuple):
    """One end of a request, as a proxy knows it."""

    workload: str = UNKNOWN
    namespace: str = UNKNOWN
    app: str = UNKNOWN
    version: str = UNKNOWN
    canonical_service: str = UNKNOWN
    canonical_revision: str = UNKNOWN
    cluster: str = UNKNOWN


NOBODY = Workload()
"""An end without a proxy, of which nothing is known."""


def workload_of(pod: Object) -> Workload:
    """The workload of a pod: what its proxy has been told at its start."""
    metadata = pod["metadata"]
    labels = metadata.get("labels") or {}
    return Workload(
        workload_name(pod),
        metadata["namespace"],
        labels.get("app") or UNKNOWN,
        labels.get("version") or UNKNOWN,
        labels.get(CANONICAL) or labels.get("app") or UNKNOWN,
        labels.get(REVISION) or labels.get("version") or "latest",
        "Kubernetes",
    )


def workload_name(pod: Object) -> str:
    """The Deployment behind a ReplicaSet, another controller, or the pod itself."""
    owner = controller_of(pod)
    if owner is None:
        return str(pod["metadata"]["name"])
    name = str(owner["name"])
    made_by = (pod["metadata"].get("labels") or {}).get("pod-template-hash")
    return name.removesuffix(f"-{made_by}") if owner["kind"] == "ReplicaSet" else name


Changes = tuple[tuple[str, tuple[tuple[str, str | None], ...] | None], ...]
"""Metric and its labels that are said otherwise (None = left out); None = it is not counted."""


class Labels(NamedTuple):
    """All labels of one series, before they are written out."""

    reporter: str
    """"source" or "destination": whose proxy counts."""
    pod: str
    """The pod of that proxy, which Prometheus adds when it asks it."""
    source: Workload
    source_principal: str
    destination: Workload
    destination_principal: str
    service: str
    service_name: str
    service_namespace: str
    protocol: str
    code: str
    flags: str
    policy: str
    changes: Changes = ()
    """What Telemetry objects change of them."""

    def written(self, metric: str) -> dict[str, str] | None:
        """The labels of a metric by name; None when it is not counted."""
        found, changed = self.standard(), dict(self.changes).get(metric, ())
        if changed is None:
            return None
        for name, said in changed:
            if said is None:
                found.pop(name, None)
            else:
                found[name] = said
        return found

    def standard(self) -> dict[str, str]:
        """The labels by name, in the order in which a proxy writes them."""
        one, other = self.source, self.destination
        connection = {"request_protocol": self.protocol}
        if self.protocol != "tcp":
            connection |= {"response_code": self.code, "grpc_response_status": ""}
        return {
            "reporter": self.reporter,
            "source_workload": one.workload,
            "source_canonical_service": one.canonical_service,
            "source_canonical_revision": one.canonical_revision,
            "source_workload_namespace": one.namespace,
            "source_principal": self.source_principal,
            "source_app": one.app,
            "source_version": one.version,
            "source_cluster": one.cluster,
            "destination_workload": other.workload,
            "destination_workload_namespace": other.namespace,
            "destination_principal": self.destination_principal,
            "destination_app": other.app,
            "destination_version": other.version,
            "destination_service": self.service,
            "destination_canonical_service": other.canonical_service,
            "destination_canonical_revision": other.canonical_revision,
            "destination_service_name": self.service_name,
            "destination_service_namespace": self.service_namespace,
            "destination_cluster": other.cluster,
            **connection,
            "response_flags": self.flags,
            "connection_security_policy": self.policy,
            "pod": self.pod,
        }
