"""`kubectl describe`: objects in words, each kind in its own way, with the Events about them.

Source: kubectl `pkg/describe/describe.go`, `pkg/cmd/describe/describe.go`, Kubernetes 1.36.

Unlike the real one: volumes of types that no cluster here can mount are `<unknown>`; no
CertificateSigningRequests, ServiceCIDRs and IPAddresses.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe import (
    access,
    autoscaling,
    configuration,
    network_policies,
    nodes,
    pods,
    policies,
    services,
    storage,
    workloads,
)
from kubelearn.kubectl.describe.events import about, write_events
from kubelearn.kubectl.describe.generic import generic
from kubelearn.kubectl.describe.page import Page
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser

NO_TYPE = (
    'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete '
    "list of supported resources."
)


class Describer(NamedTuple):
    """How a kind is described."""

    write: Callable[[Client, Page, Object], None]
    events: bool = True
    """Whether the Events about it stand at the end."""


DESCRIBERS: dict[str, Describer] = {
    "pods": Describer(pods.pod),
    "deployments.apps": Describer(workloads.deployment),
    "replicasets.apps": Describer(workloads.replicaset),
    "replicationcontrollers": Describer(workloads.replicaset),
    "statefulsets.apps": Describer(workloads.statefulset),
    "daemonsets.apps": Describer(workloads.daemonset),
    "jobs.batch": Describer(workloads.job),
    "cronjobs.batch": Describer(workloads.cronjob),
    "services": Describer(services.service),
    "endpointslices.discovery.k8s.io": Describer(services.endpointslice),
    "ingresses.networking.k8s.io": Describer(services.ingress),
    "ingressclasses.networking.k8s.io": Describer(services.ingressclass),
    "networkpolicies.networking.k8s.io": Describer(network_policies.network_policy, events=False),
    "nodes": Describer(nodes.node),
    "persistentvolumes": Describer(storage.persistent_volume),
    "csinodes.storage.k8s.io": Describer(storage.csi_node),
    "persistentvolumeclaims": Describer(storage.claim),
    "storageclasses.storage.k8s.io": Describer(storage.storage_class),
    "configmaps": Describer(configuration.config_map),
    "secrets": Describer(configuration.secret, events=False),
    "serviceaccounts": Describer(configuration.service_account),
    "namespaces": Describer(configuration.namespace, events=False),
    "resourcequotas": Describer(configuration.quota, events=False),
    "limitranges": Describer(configuration.limit_range, events=False),
    "roles.rbac.authorization.k8s.io": Describer(access.role, events=False),
    "clusterroles.rbac.authorization.k8s.io": Describer(access.role, events=False),
    "rolebindings.rbac.authorization.k8s.io": Describer(access.binding, events=False),
    "clusterrolebindings.rbac.authorization.k8s.io": Describer(access.binding, events=False),
    "poddisruptionbudgets.policy": Describer(policies.disruption_budget),
    "priorityclasses.scheduling.k8s.io": Describer(policies.priority_class),
    "horizontalpodautoscalers.autoscaling": Describer(autoscaling.horizontal_pod_autoscaler),
}
"""Resource → how it is described; the others are shown field by field."""


def describe(client: Client, words: list[str]) -> str:
    """What `kubectl describe OBJECTS` prints."""
    parser = Parser("describe", "namespace", "selection", "files")
    parser.switch("--show-events", default=None)
    options = parser.parse(words)
    if not options.words and not options.filename:
        raise UsageError(NO_TYPE)
    options.all = True
    pages = []
    objects = chosen(client, options, options.words)
    if options.show_events is None:
        options.show_events = len(objects) == 1
    for one in objects:
        try:
            pages.append(_described(client, client.get(one.reference), one, options))
        except NotFound as error:
            client.failed(error)
    if not objects:
        where = "" if options.all_namespaces else f" in {options.namespace} namespace."
        client.stderr.append("No resources found" + where)
    return "\n\n\n".join(pages)


def _described(client: Client, obj: Object, one: Chosen, options: argparse.Namespace) -> str:
    describer = DESCRIBERS.get(one.reference.kind.resource, Describer(generic))
    page = Page()
    describer.write(client, page, obj)
    if describer.events and options.show_events:
        write_events(page, _events(client, obj), client.world.clock.now)
    return page.text()


def _events(client: Client, obj: Object) -> list[Object]:
    if obj["kind"] == "Node":
        # Controllers name a node by its UID, the kubelet by its name.
        return [*about(client, obj), *about(client, obj, obj["metadata"]["name"])]
    if obj["kind"] == "Pod":
        mirrored = (obj["metadata"].get("annotations") or {}).get(pods.MIRROR, "")
        return about(client, obj, mirrored, kind=False)
    return about(client, obj)
