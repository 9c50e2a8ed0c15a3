"""Which pod and which container a command such as `logs` or `exec` means.

Source: kubectl `pkg/polymorphichelpers/{attachablepodforobject,logsforobject}.go`,
`pkg/cmd/util/podcmd/podcmd.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object, condition
from kubelearn.kubectl.builder import SLASH, asked
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import qualified
from kubelearn.world.references import Reference

DEFAULT = "kubectl.kubernetes.io/default-container"
GROUPS = ("containers", "initContainers", "ephemeralContainers")


def pods_of(client: Client, word: str, namespace: str) -> list[Object]:
    """The pod of this name, or the pods of a workload or Service ("deploy/web"), best first."""
    kinds = client.world.api.kinds
    if "/" not in word:
        return [client.get(Reference(kinds.named("pods"), namespace, word))]
    found = asked(kinds, [word])
    if len(found) != 1:
        raise UsageError(SLASH)
    kind, (name,) = found[0]
    obj = client.get(Reference(kind, namespace, name))
    if obj["kind"] == "Pod":
        return [obj]
    selector = (obj.get("spec") or {}).get("selector")
    if selector is None:
        raise UsageError(f"cannot attach to {qualified(kind)}: selector for {kind.kind} not found")
    text = selector if obj["kind"] != "Service" else {"matchLabels": selector}
    pods = client.world.api.list("pods", namespace, text)
    if not pods:
        raise UsageError("timed out waiting for the condition")
    return sorted(pods, key=_rank)


def _rank(pod: Object) -> tuple[bool, int, bool, str]:
    """On a node before those without one, running, ready; then the one that is ready longest."""
    status = pod.get("status") or {}
    ready = condition(pod, "Ready") or {}
    phase = status.get("phase", "")
    order = 0 if phase == "Running" else 1 if phase == "Unknown" else 2
    is_ready = ready.get("status") == "True"
    since = ready.get("lastTransitionTime", "") if is_ready else ""
    return not pod["spec"].get("nodeName"), order, not is_ready, since


def container_of(client: Client, pod: Object, name: str, *, quiet: bool = False) -> str:
    """The container that is meant; without a name the default one, which is then said."""
    names = [one["name"] for group in GROUPS for one in pod["spec"].get(group) or ()]
    if name:
        if name not in names:
            listed = ", ".join(names)
            pod_name = pod["metadata"]["name"]
            raise UsageError(f"container {name} is not valid for pod {pod_name} out of: {listed}")
        return name
    marked = (pod["metadata"].get("annotations") or {}).get(DEFAULT, "")
    chosen: str = marked if marked in names else names[0]
    if len(names) > 1 and not quiet and chosen != marked:
        client.stderr.append(f'Defaulted container "{chosen}" out of: {_listed(pod)}')
    return chosen


def _listed(pod: Object) -> str:
    marks = {"initContainers": " (init)", "ephemeralContainers": " (ephem)"}
    return ", ".join(
        one["name"] + marks.get(group, "")
        for group in GROUPS
        for one in pod["spec"].get(group) or ()
    )
