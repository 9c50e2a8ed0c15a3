"""Pods that objects are meant for, and pods without a proxy.

Source: istio `pkg/config/analysis/analyzers/sidecar/selector.go`, `sidecar/defaultselector.go`,
`authz/authorizationpolicies.go`, `injection/injection.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Key, Object, get_path, key_of, labels_of
from kubelearn.mesh.analysis.facts import SYSTEM, Facts
from kubelearn.mesh.analysis.message import Message, listed, message, selector_text
from kubelearn.mesh.proxies import has_sidecar
from kubelearn.mesh.push import ROOT

LABEL, OWN_LABEL = "istio-injection", "sidecar.istio.io/inject"


def sidecars(facts: Facts) -> Iterator[Message]:
    """Sidecars that pick no pod or the same, or several for a namespace (IST0101, 0110, 0111)."""
    picked: dict[Key, list[Object]] = {}
    wide: dict[str, list[Object]] = {}
    for one in facts.of("sidecars"):
        labels = get_path(one, "spec", "workloadSelector", "labels", default={}) or {}
        if not labels:
            wide.setdefault(key_of(one)[0], []).append(one)
            continue
        pods = list(facts.pods(labels, key_of(one)[0]))
        if not pods:
            yield message("IST0101", one, "selector", selector_text(labels))
        for pod in pods:
            picked.setdefault(key_of(pod), []).append(one)
    for (namespace, name), found in picked.items():
        if len(found) > 1:
            names = listed(key_of(one)[1] for one in found)
            yield from (message("IST0110", one, names, namespace, name) for one in found)
    for place, found in wide.items():
        if len(found) > 1:
            names = listed(key_of(one)[1] for one in found)
            yield from (message("IST0111", one, names, place) for one in found)


def guarded(facts: Facts) -> Iterator[Message]:
    """AuthorizationPolicies for no pod at all (IST0127)."""
    for policy in facts.of("authorizationpolicies"):
        namespace = key_of(policy)[0]
        labels = get_path(policy, "spec", "selector", "matchLabels", default={}) or {}
        if namespace == ROOT and not labels:
            continue
        place = "" if namespace == ROOT else namespace
        if next(facts.pods(labels, place), None) is None:
            yield message("IST0127", policy, selector_text(labels))


def not_injected(facts: Facts) -> Iterator[Message]:
    """Namespaces nobody has decided about (IST0102), and pods without a proxy (IST0103)."""
    injected = []
    for namespace in facts.api.list("namespaces"):
        name, said = namespace["metadata"]["name"], labels_of(namespace).get(LABEL)
        if name in SYSTEM:
            continue
        if said is None:
            yield message("IST0102", namespace, name)
        elif said == "enabled":
            injected.append(name)
    for name in injected:
        for pod in facts.api.list("pods", name):
            wanted = labels_of(pod).get(OWN_LABEL, "true") != "false"
            if wanted and not pod["spec"].get("hostNetwork") and not has_sidecar(pod):
                yield message("IST0103", pod, key_of(pod)[1])
