"""What one object costs against a ResourceQuota, and which quotas look at it.

Source: `pkg/quota/v1/evaluator/core/{pods,services,persistent_volume_claims}.go` and
apiserver `pkg/quota/v1/generic/evaluator.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.pod_resources import Amounts, amounts, pod_limits, pod_requests
from kubelearn.api.qos import qos_class
from kubelearn.api.quantity import NANO, Quantity
from kubelearn.api.times import parse_timestamp
from kubelearn.sim.clock import SECOND

PLAIN_COUNTS: Final = (
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
)
"""Resources that quotas also count by their bare name."""
NAMED: Final = ("cpu", "memory", "ephemeral-storage")
STORAGE: Final = "storageclass.storage.k8s.io"
MUST_SPECIFY: Final = (
    "cpu",
    "memory",
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
)


def count(number: int) -> Quantity:
    """A number of objects as a quantity."""
    return Quantity(number * NANO)


def usage_of(resource: str, obj: Object, now: int = 0) -> Amounts:
    """All quota resources that an object uses at a time in ns, with amounts."""
    if resource == "pods":
        return pod_usage(obj, now)
    own = {"services": service_usage, "persistentvolumeclaims": claim_usage}.get(resource)
    usage = {f"count/{resource}": count(1)}
    if own is not None:
        return {**usage, **own(obj)}
    if resource in PLAIN_COUNTS:
        usage[resource] = count(1)
    return usage


def pod_usage(pod: Object, now: int = 0) -> Amounts:
    """Requests, limits and the pod itself; one that is finished or stuck is only an object."""
    usage = {"count/pods": count(1)}
    if get_path(pod, "status", "phase") in ("Succeeded", "Failed") or _is_stuck(pod, now):
        return usage
    usage["pods"] = count(1)
    for name, amount in pod_requests(pod["spec"]).items():
        usage[f"requests.{name}"] = amount
        if name in NAMED or name.startswith("hugepages-"):
            usage[name] = amount
    for name, amount in pod_limits(pod["spec"]).items():
        if name in NAMED:
            usage[f"limits.{name}"] = amount
    return usage


def _is_stuck(pod: Object, now: int) -> bool:
    """Whether a pod should have been gone for longer than it had been given to stop."""
    metadata = pod["metadata"]
    grace = metadata.get("deletionGracePeriodSeconds")
    if "deletionTimestamp" not in metadata or grace is None:
        return False
    return now > parse_timestamp(metadata["deletionTimestamp"]) + int(grace) * SECOND


def service_usage(service: Object) -> Amounts:
    """The service, its node ports and its load balancer."""
    spec = service["spec"]
    ports = len(spec.get("ports") or ())
    usage = {"services": count(1), "services.nodeports": count(0)}
    usage["services.loadbalancers"] = count(0)
    if spec.get("type") == "LoadBalancer":
        usage["services.loadbalancers"] = count(1)
        if spec.get("allocateLoadBalancerNodePorts", True):
            usage["services.nodeports"] = count(ports)
    elif spec.get("type") == "NodePort":
        usage["services.nodeports"] = count(ports)
    return usage


def claim_usage(claim: Object) -> Amounts:
    """The claim and its storage, in all and by storage class."""
    usage = {"persistentvolumeclaims": count(1)}
    asked = amounts(get_path(claim, "spec", "resources", "requests")).get("storage")
    name = get_path(claim, "spec", "storageClassName", default="")
    if name:
        usage[f"{name}.{STORAGE}/persistentvolumeclaims"] = count(1)
    if asked is not None:
        usage["requests.storage"] = asked
        if name:
            usage[f"{name}.{STORAGE}/requests.storage"] = asked
    return usage


def unspecified(resource: str, obj: Object, hard: Iterable[str]) -> str:
    """Which bounded resources containers do not name: `limits.cpu for: app`; "" if none."""
    if resource != "pods":
        return ""
    required = sorted(set(hard) & set(MUST_SPECIFY))
    containers = [
        *(obj["spec"].get("containers") or ()),
        *(obj["spec"].get("initContainers") or ()),
    ]
    texts = []
    for name in required:
        lacking = sorted({c["name"] for c in containers if not _names(c, name)})
        if lacking:
            texts.append(f"{name} for: {','.join(lacking)}")
    return "; ".join(texts)


def _names(container: Object, resource: str) -> bool:
    field, _, name = resource.rpartition(".")
    return name in (get_path(container, "resources", field or "requests") or {})


def scope_matches(quota: Object, resource: str, obj: Object) -> bool:
    """Whether a quota with scopes looks at this object."""
    spec = quota.get("spec") or {}
    terms = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or ()]
    terms += get_path(spec, "scopeSelector", "matchExpressions") or []
    if not terms:
        return True
    return resource == "pods" and all(_in_scope(term, obj["spec"], obj) for term in terms)


def _in_scope(term: Object, spec: Object, pod: Object) -> bool:
    name = term["scopeName"]
    if name == "PriorityClass":
        return _priority_matches(term, spec.get("priorityClassName") or "")
    terminating = spec.get("activeDeadlineSeconds") is not None
    best_effort = qos_class(pod) == "BestEffort"
    return {
        "Terminating": terminating,
        "NotTerminating": not terminating,
        "BestEffort": best_effort,
        "NotBestEffort": not best_effort,
        "CrossNamespacePodAffinity": _crosses_namespaces(spec),
    }.get(name, False)


def _priority_matches(term: Object, name: str) -> bool:
    values = term.get("values") or ()
    return {
        "Exists": bool(name),
        "DoesNotExist": not name,
        "In": name in values,
        "NotIn": name not in values,
    }[term["operator"]]


def _crosses_namespaces(spec: Object) -> bool:
    for field in ("podAffinity", "podAntiAffinity"):
        affinity = get_path(spec, "affinity", field) or {}
        terms = list(affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ())
        preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        terms += [each["podAffinityTerm"] for each in preferred]
        if any(term.get("namespaces") or term.get("namespaceSelector") for term in terms):
            return True
    return False
