"""Defaults: what the API server fills in when a field is not given.

`DEFAULTS` is the visible table of kinds. Every function is pure: it copies the path to what it
sets, and returns the same object when nothing is missing, so that defaulting twice is the same as
defaulting once. Parts that an object of a kind always shows (an empty `status`, a null list) are
filled in too.

Source: `pkg/apis/*/v1/defaults.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.api.defaults.admission_registration import (
    default_mutating_webhook_configuration,
    default_validating_webhook_configuration,
)
from kubelearn.api.defaults.autoscaling import default_horizontal_pod_autoscaler
from kubelearn.api.defaults.core import (
    default_event,
    default_namespace,
    default_node,
    default_secret,
)
from kubelearn.api.defaults.crd import default_custom_resource_definition
from kubelearn.api.defaults.custom_resource import default_custom, prune, pruner
from kubelearn.api.defaults.daemonset import default_daemonset
from kubelearn.api.defaults.deployment import default_deployment
from kubelearn.api.defaults.filling import inside
from kubelearn.api.defaults.job import default_cronjob, default_job
from kubelearn.api.defaults.networking import (
    default_ingress,
    default_ingress_class,
    default_network_policy,
)
from kubelearn.api.defaults.persistent_volume import (
    default_persistent_volume,
    default_persistent_volume_claim,
)
from kubelearn.api.defaults.pod import default_pod, default_pod_template_spec
from kubelearn.api.defaults.policy import (
    default_limit_range,
    default_pod_disruption_budget,
    default_priority_class,
    default_resource_quota,
)
from kubelearn.api.defaults.rbac import default_binding, default_role
from kubelearn.api.defaults.replicaset import (
    default_replicaset,
    default_replication_controller,
)
from kubelearn.api.defaults.service import (
    default_endpoints,
    default_endpointslice,
    default_service,
)
from kubelearn.api.defaults.shown import show_status
from kubelearn.api.defaults.statefulset import default_statefulset
from kubelearn.api.defaults.storage import default_csi_driver, default_storage_class
from kubelearn.api.objects import Object


def _pod_template(obj: Object) -> Object:
    return inside(obj, "template", default_pod_template_spec)


DEFAULTS: dict[str, Callable[[Object], Object]] = {
    "pods": default_pod,
    "podtemplates": _pod_template,
    "replicationcontrollers": default_replication_controller,
    "services": default_service,
    "endpoints": default_endpoints,
    "secrets": default_secret,
    "namespaces": default_namespace,
    "nodes": default_node,
    "events": default_event,
    "limitranges": default_limit_range,
    "resourcequotas": default_resource_quota,
    "persistentvolumes": default_persistent_volume,
    "persistentvolumeclaims": default_persistent_volume_claim,
    "deployments.apps": default_deployment,
    "replicasets.apps": default_replicaset,
    "statefulsets.apps": default_statefulset,
    "daemonsets.apps": default_daemonset,
    "jobs.batch": default_job,
    "cronjobs.batch": default_cronjob,
    "horizontalpodautoscalers.autoscaling": default_horizontal_pod_autoscaler,
    "poddisruptionbudgets.policy": default_pod_disruption_budget,
    "priorityclasses.scheduling.k8s.io": default_priority_class,
    "endpointslices.discovery.k8s.io": default_endpointslice,
    "ingresses.networking.k8s.io": default_ingress,
    "ingressclasses.networking.k8s.io": default_ingress_class,
    "networkpolicies.networking.k8s.io": default_network_policy,
    "storageclasses.storage.k8s.io": default_storage_class,
    "csidrivers.storage.k8s.io": default_csi_driver,
    "roles.rbac.authorization.k8s.io": default_role,
    "clusterroles.rbac.authorization.k8s.io": default_role,
    "rolebindings.rbac.authorization.k8s.io": default_binding,
    "clusterrolebindings.rbac.authorization.k8s.io": default_binding,
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": (
        default_mutating_webhook_configuration
    ),
    "validatingwebhookconfigurations.admissionregistration.k8s.io": (
        default_validating_webhook_configuration
    ),
    "customresourcedefinitions.apiextensions.k8s.io": default_custom_resource_definition,
}
"""The defaults of each resource that has any; a new kind is its function and one line."""


def default(resource: str, obj: Object, schema: Object | None = None) -> Object:
    """`obj` with its defaults; `schema` is the `openAPIV3Schema` of a custom resource.

    What a schema does not know is left alone here; `prune` drops it.
    """
    if schema is not None:
        return default_custom(obj, schema)
    rule = DEFAULTS.get(resource)
    return obj if rule is None else show_status(resource, rule(obj))


__all__ = ["DEFAULTS", "default", "default_custom", "prune", "pruner"]
