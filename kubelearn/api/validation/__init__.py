"""Validation: whether an object may be stored, in the API server's own words and order.

`RULES` is the visible table of kinds. A rule gets whole, defaulted objects and returns a list of
`FieldError`; nothing is raised. Kinds that are not in the table are looked at only for metadata.

Source: `pkg/apis/*/validation`, `pkg/registry/*/strategy.go`, Kubernetes 1.36.

Unlike the real one: where Go walks a map in random order, keys are taken alphabetically; values
that Go prints as internal structs are exact only for the fields that matter.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation import (
    configmap,
    crd,
    cronjob,
    csi,
    custom_resource,
    daemonset,
    deployment,
    endpointslice,
    event,
    hpa,
    ingress,
    job,
    job_status,
    lease,
    limitrange,
    namespace,
    networkpolicy,
    node,
    pdb,
    persistentvolume,
    podtemplate,
    priorityclass,
    pvc,
    rbac,
    replicaset,
    resourcequota,
    runtimeclass,
    secret,
    service,
    service_warnings,
    serviceaccount,
    statefulset,
    storageclass,
    template_warnings,
    volumeattachment,
)
from kubelearn.api.validation.field import FieldError
from kubelearn.api.validation.meta import (
    validate_common_update,
    validate_meta,
    validate_meta_update,
)
from kubelearn.api.validation.names import path_segment_name
from kubelearn.api.validation.pod import (
    validate_ephemeral_containers_update,
    validate_pod_create,
    validate_pod_resize,
    validate_pod_status_update,
    validate_pod_update,
)
from kubelearn.api.validation.rules import Rules

WORKLOAD = (template_warnings.name, template_warnings.template)

RULES: dict[str, Rules] = {
    "pods": Rules(
        validate_pod_create,
        validate_pod_update,
        {
            "status": validate_pod_status_update,
            "ephemeralcontainers": validate_ephemeral_containers_update,
            "resize": validate_pod_resize,
        },
        (template_warnings.pod,),
    ),
    "services": Rules(
        service.create,
        service.update,
        {"status": service.status},
        (service_warnings.warnings,),
    ),
    "configmaps": Rules(configmap.create, configmap.update),
    "secrets": Rules(secret.create, secret.update),
    "serviceaccounts": Rules(serviceaccount.create, serviceaccount.update),
    "events": Rules(event.create, event.update),
    "endpoints": Rules(endpointslice.create_endpoints, endpointslice.update_endpoints),
    "limitranges": Rules(limitrange.create, limitrange.update),
    "resourcequotas": Rules(
        resourcequota.create, resourcequota.update, {"status": resourcequota.status}
    ),
    "persistentvolumeclaims": Rules(pvc.create, pvc.update, {"status": pvc.status}),
    "persistentvolumes": Rules(
        persistentvolume.create,
        persistentvolume.update,
        {"status": persistentvolume.status},
        namespaced=False,
    ),
    "namespaces": Rules(
        namespace.create,
        namespace.update,
        {"status": namespace.status, "finalize": namespace.finalize},
        namespaced=False,
    ),
    "nodes": Rules(
        node.create, node.update, {"status": node.status}, (node.warnings,), namespaced=False
    ),
    "podtemplates": Rules(
        podtemplate.create, podtemplate.update, warnings=(template_warnings.pod_template,)
    ),
    "replicationcontrollers": Rules(
        replicaset.create_controller,
        replicaset.update_controller,
        {"status": replicaset.status},
        WORKLOAD,
    ),
    "deployments.apps": Rules(
        deployment.create, deployment.update, {"status": deployment.status}, WORKLOAD
    ),
    "replicasets.apps": Rules(
        replicaset.create, replicaset.update, {"status": replicaset.status}, WORKLOAD
    ),
    "statefulsets.apps": Rules(
        statefulset.create,
        statefulset.update,
        {"status": statefulset.status},
        (template_warnings.template, statefulset.warnings),
    ),
    "daemonsets.apps": Rules(
        daemonset.create,
        daemonset.update,
        {"status": daemonset.status},
        (template_warnings.template,),
    ),
    "controllerrevisions.apps": Rules(statefulset.create_revision, statefulset.update_revision),
    "jobs.batch": Rules(
        job.create,
        job.update,
        {"status": job_status.status},
        (template_warnings.name, template_warnings.job),
    ),
    "cronjobs.batch": Rules(
        cronjob.create,
        cronjob.update,
        {"status": cronjob.status},
        (template_warnings.name, template_warnings.job_template, cronjob.warnings),
    ),
    "horizontalpodautoscalers.autoscaling": Rules(hpa.create, hpa.update, {"status": hpa.status}),
    "poddisruptionbudgets.policy": Rules(pdb.create, pdb.update, {"status": pdb.status}),
    "priorityclasses.scheduling.k8s.io": Rules(
        priorityclass.create, priorityclass.update, namespaced=False
    ),
    "endpointslices.discovery.k8s.io": Rules(endpointslice.create, endpointslice.update),
    "leases.coordination.k8s.io": Rules(lease.create, lease.update),
    "ingresses.networking.k8s.io": Rules(
        ingress.create, ingress.update, {"status": ingress.status}, (ingress.warnings,)
    ),
    "ingressclasses.networking.k8s.io": Rules(
        ingress.create_class, ingress.update_class, namespaced=False
    ),
    "networkpolicies.networking.k8s.io": Rules(networkpolicy.create, networkpolicy.update),
    "storageclasses.storage.k8s.io": Rules(
        storageclass.create, storageclass.update, namespaced=False
    ),
    "csidrivers.storage.k8s.io": Rules(csi.create_driver, csi.update_driver, namespaced=False),
    "csinodes.storage.k8s.io": Rules(csi.create_node, csi.update_node, namespaced=False),
    "csistoragecapacities.storage.k8s.io": Rules(csi.create_capacity, csi.update_capacity),
    "volumeattachments.storage.k8s.io": Rules(
        volumeattachment.create, volumeattachment.update, namespaced=False
    ),
    "volumeattributesclasses.storage.k8s.io": Rules(
        storageclass.create_attributes, storageclass.update_attributes, namespaced=False
    ),
    "runtimeclasses.node.k8s.io": Rules(
        runtimeclass.create, runtimeclass.update, {}, (runtimeclass.warnings,), namespaced=False
    ),
    "roles.rbac.authorization.k8s.io": Rules(rbac.create_role, rbac.update_role),
    "clusterroles.rbac.authorization.k8s.io": Rules(
        rbac.create_cluster_role, rbac.update_cluster_role, namespaced=False
    ),
    "rolebindings.rbac.authorization.k8s.io": Rules(rbac.create_binding, rbac.update_binding),
    "clusterrolebindings.rbac.authorization.k8s.io": Rules(
        rbac.create_cluster_binding, rbac.update_cluster_binding, namespaced=False
    ),
    "customresourcedefinitions.apiextensions.k8s.io": Rules(
        crd.create, crd.update, {"status": crd.status}, namespaced=False
    ),
}
"""The rules of each resource; a new kind is its file and one entry."""


def validate(
    resource: str,
    new: Object,
    old: Object | None = None,
    subresource: str = "",
    schema: Object | None = None,
) -> list[FieldError]:
    """What is wrong with a new object, or with one that is to replace `old`.

    `schema` is the `openAPIV3Schema` of a custom resource. The order is upstream's; an update
    repeats what both the registry and the kind complain of, as upstream does.
    """
    rules = RULES.get(resource)
    if rules is None:
        return _by_schema(new, old, schema or {})
    if old is None:
        return rules.create(new) or _general(new, namespaced=rules.namespaced)
    errors = validate_common_update(new, old, namespaced=rules.namespaced)
    if not subresource:
        return errors + rules.update(new, old)
    rule = rules.subresources.get(subresource, validate_meta_update)
    return errors + rule(new, old)


def _general(obj: Object, *, namespaced: bool) -> list[FieldError]:
    """What the registry asks of every new object that its kind has nothing against."""
    return validate_meta(obj, namespaced=namespaced, name=path_segment_name, core=False)


def _by_schema(new: Object, old: Object | None, schema: Object) -> list[FieldError]:
    # Whether an unknown kind is namespaced has been settled before: the namespace says it.
    namespaced = bool((new.get("metadata") or {}).get("namespace"))
    if old is None:
        return custom_resource.create(new, schema, namespaced=namespaced)
    errors = validate_common_update(new, old, namespaced=namespaced)
    return errors + custom_resource.update(new, old, schema)


def warnings(resource: str, new: Object, old: Object | None = None) -> list[str]:
    """What is allowed, but hardly meant; the texts of `Warning: 299` headers, in order."""
    rules = RULES.get(resource)
    if rules is None:
        return []
    return [text for rule in rules.warnings for text in rule(new, old)]


__all__ = ["RULES", "FieldError", "Rules", "validate", "warnings"]
