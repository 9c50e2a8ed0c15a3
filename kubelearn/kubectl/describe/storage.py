"""PersistentVolumes, claims and StorageClasses."""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.api.objects import Object, get_path
from kubelearn.api.tables.age import since
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import NONE, Page, boolean, heading, joined, moment, tags
from kubelearn.kubectl.describe.volumes import write_source

SHORT_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def modes(given: Iterable[str] | None) -> str:
    """Access modes in short."""
    found = set(given or ())
    return ",".join(short for mode, short in SHORT_MODES.items() if mode in found)


def _status(client: Client, obj: Object) -> str:
    gone = obj["metadata"].get("deletionTimestamp")
    if gone:
        return f"Terminating (lasts {since(gone, client.world.clock.now)})"
    return str((obj.get("status") or {}).get("phase", ""))


def persistent_volume(client: Client, page: Page, obj: Object) -> None:
    """A PersistentVolume with its source."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj, namespaced=False)
    tags(page, obj)
    page.line(f"Finalizers:\t[{' '.join(obj['metadata'].get('finalizers') or ())}]")
    page.line(f"StorageClass:\t{spec.get('storageClassName', '')}")
    page.line(f"Status:\t{_status(client, obj)}")
    claim = spec.get("claimRef")
    page.line(f"Claim:\t{claim['namespace']}/{claim['name']}" if claim else "Claim:\t")
    page.line(f"Reclaim Policy:\t{spec.get('persistentVolumeReclaimPolicy', '')}")
    page.line(f"Access Modes:\t{modes(spec.get('accessModes'))}")
    if spec.get("volumeMode"):
        page.line(f"VolumeMode:\t{spec['volumeMode']}")
    page.line(f"Capacity:\t{(spec.get('capacity') or {}).get('storage', '0')}")
    _affinity(page, get_path(spec, "nodeAffinity", "required", "nodeSelectorTerms"))
    page.line(f"Message:\t{status.get('message', '')}")
    page.line("Source:")
    write_source(page, spec)


def _affinity(page: Page, terms: list[Object] | None) -> None:
    if terms is None:
        page.line(f"Node Affinity:\t{NONE}")
        return
    page.line("Node Affinity:\t")
    page.line("Required Terms:\t" if terms else f"Required Terms:\t{NONE}", 1)
    for number, term in enumerate(terms):
        found = map(_requirement, term.get("matchExpressions") or ())
        page.listed(f"Term {number}", found, 2)


def _requirement(one: Object) -> str:
    text = f"{one['key']} {one['operator'].lower()}"
    return f"{text} [{', '.join(one['values'])}]" if one.get("values") else text


def claim(client: Client, page: Page, obj: Object) -> None:
    """A PersistentVolumeClaim with the pods that use it."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    page.line(f"StorageClass:\t{spec.get('storageClassName', '')}")
    page.line(f"Status:\t{_status(client, obj)}")
    volume = spec.get("volumeName", "")
    page.line(f"Volume:\t{volume}")
    tags(page, obj)
    page.line(f"Finalizers:\t[{' '.join(obj['metadata'].get('finalizers') or ())}]")
    size = (status.get("capacity") or {}).get("storage", "0") if volume else ""
    page.line(f"Capacity:\t{size}")
    page.line(f"Access Modes:\t{modes(status.get('accessModes')) if volume else ''}")
    if spec.get("volumeMode"):
        page.line(f"VolumeMode:\t{spec['volumeMode']}")
    source = spec.get("dataSource")
    if source:
        page.line("DataSource:")
        for title, field in (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")):
            if field in source:
                page.line(f"{title}:\t{source[field]}", 1)
    page.listed("Used By", sorted(_users(client, obj)))
    _conditions(page, status)


def _users(client: Client, obj: Object) -> list[str]:
    metadata = obj["metadata"]
    pods = client.list(client.world.api.kinds.named("pods"), metadata["namespace"])
    return [
        pod["metadata"]["name"]
        for pod in pods
        for volume in pod["spec"].get("volumes") or ()
        if get_path(volume, "persistentVolumeClaim", "claimName") == metadata["name"]
    ]


def _conditions(page: Page, status: Object) -> None:
    if not status.get("conditions"):
        return
    page.line("Conditions:")
    page.line("Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage", 1)
    page.line("----\t------\t-----------------\t------------------\t------\t-------", 1)
    for one in status["conditions"]:
        times = (moment(one.get(field)) for field in ("lastProbeTime", "lastTransitionTime"))
        cells = [one["type"], one["status"], *times, one.get("reason", "")]
        page.line("\t".join([*(f"{cell} " for cell in cells), one.get("message", "")]), 1)


def csi_node(_client: Client, page: Page, obj: Object) -> None:
    """A CSINode with the drivers on that node."""
    heading(page, obj, namespaced=False)
    tags(page, obj)
    page.line(f"CreationTimestamp:\t{moment(obj['metadata'].get('creationTimestamp'))}")
    page.line("Spec:")
    drivers = obj["spec"].get("drivers") or ()
    if drivers:
        page.line("Drivers:", 1)
    for one in drivers:
        page.line(f"{one['name']}:", 2)
        page.line(f"Node ID:\t{one['nodeID']}", 3)
        count = (one.get("allocatable") or {}).get("count")
        if count is not None:
            page.line("Allocatables:", 3)
            page.line(f"Count:\t{count}", 4)
        if one.get("topologyKeys"):
            page.line(f"Topology Keys:\t[{' '.join(one['topologyKeys'])}]", 3)


def storage_class(_client: Client, page: Page, obj: Object) -> None:
    """A StorageClass."""
    annotations = obj["metadata"].get("annotations") or {}
    heading(page, obj, namespaced=False)
    default = "Yes" if annotations.get(DEFAULT_CLASS) == "true" else "No"
    page.line(f"IsDefaultClass:\t{default}")
    page.line(f"Annotations:\t{joined(annotations)}")
    page.line(f"Provisioner:\t{obj['provisioner']}")
    page.line(f"Parameters:\t{joined(obj.get('parameters'))}")
    page.line(f"AllowVolumeExpansion:\t{boolean(obj.get('allowVolumeExpansion'))}")
    options = obj.get("mountOptions") or ()
    page.line("MountOptions:" if options else f"MountOptions:\t{NONE}")
    for option in options:
        page.line(option, 1)
    for title, field in (
        ("ReclaimPolicy", "reclaimPolicy"),
        ("VolumeBindingMode", "volumeBindingMode"),
    ):
        if obj.get(field):
            page.line(f"{title}:\t{obj[field]}")
    if "allowedTopologies" in obj:
        page.line("AllowedTopologies:\t")
        for number, term in enumerate(obj["allowedTopologies"]):
            found = (
                f"{one['key']} in [{', '.join(one['values'])}]"
                for one in term.get("matchLabelExpressions") or ()
            )
            page.listed(f"Term {number}", found, 1)
