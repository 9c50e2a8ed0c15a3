"""What a pod's claims still lack on its node: binding, attachment.

Source: `pkg/kubelet/volumemanager` (WaitForAttachAndMount, reconciler),
`pkg/kubelet/volumemanager/populator`, Kubernetes 1.36.

Unlike the real one: mounting a volume that is attached takes no time of its own, and a claim's
file system is grown when its volume is mounted or used.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.csi_drivers import DRIVERS
from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.api.volumes import (
    ATTACHMENTS,
    CLAIMS,
    VOLUMES,
    claim_names,
    csi_of,
    is_fully_bound,
)


def unmounted(api: APIServer, pod: Object) -> list[tuple[str, str]]:
    """(volume of the pod, what it waits for) of each claim that cannot be mounted yet."""
    if not pod["spec"].get("volumes"):
        return []
    return [
        (volume, problem) for volume, name in _claims(pod) if (problem := _problem(api, pod, name))
    ]


def _claims(pod: Object) -> Iterator[tuple[str, str]]:
    names = iter(claim_names(pod))
    for volume in pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume or "ephemeral" in volume:
            yield volume["name"], next(names)[0]


def _problem(api: APIServer, pod: Object, name: str) -> str:
    namespace = pod["metadata"]["namespace"]
    claim = api.find(CLAIMS, namespace, name)
    if claim is None:
        return f'persistentvolumeclaim "{name}" not found'
    if not is_fully_bound(claim):
        return "PVC is not bound"
    volume = api.find(VOLUMES, None, claim["spec"]["volumeName"])
    if volume is None:
        return f'persistentvolume "{claim["spec"]["volumeName"]}" not found'
    return "" if is_attached(api, volume, pod["spec"]["nodeName"]) else "not attached yet"


def is_attached(api: APIServer, volume: Object, node: str) -> bool:
    """Whether a node can mount a volume: it is attached there, or needs no attaching."""
    driver = DRIVERS.get(csi_of(volume)[0])
    if driver is None or not driver.attaches:
        return True
    name = volume["metadata"]["name"]
    return any(
        one["spec"]["nodeName"] == node
        and one["spec"]["source"].get("persistentVolumeName") == name
        and bool((one.get("status") or {}).get("attached"))
        for one in api.list(ATTACHMENTS)
    )
