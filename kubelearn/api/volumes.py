"""What claims and volumes say about each other: who is bound to whom, who suits whom.

Source: `staging/src/k8s.io/component-helpers/storage/volume/helpers.go` and `pv_helpers.go`,
`pkg/controller/volume/persistentvolume/index.go`, Kubernetes 1.36.

Unlike the real one: volume attributes classes are compared by name only, and a volume of an
in-tree cloud plugin is not translated to its CSI form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from kubelearn.api import selectors
from kubelearn.api.node_selector import NamedLabels, node_term
from kubelearn.api.objects import Object, labels_of
from kubelearn.api.quantity import value

CLAIMS: Final = "persistentvolumeclaims"
VOLUMES: Final = "persistentvolumes"
CLASSES: Final = "storageclasses.storage.k8s.io"
ATTACHMENTS: Final = "volumeattachments.storage.k8s.io"
CSI_NODES: Final = "csinodes.storage.k8s.io"

BIND_COMPLETED: Final = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER: Final = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"
SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
STORAGE_PROVISIONER: Final = "volume.kubernetes.io/storage-provisioner"
BETA_STORAGE_PROVISIONER: Final = "volume.beta.kubernetes.io/storage-provisioner"
BETA_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
NO_PROVISIONER: Final = "kubernetes.io/no-provisioner"
WAIT: Final = "WaitForFirstConsumer"


def annotations_of(obj: Object) -> Mapping[str, str]:
    """The annotations of an object."""
    return obj["metadata"].get("annotations") or {}


def claim_names(pod: Object) -> list[tuple[str, bool]]:
    """(claim, whether it is an ephemeral volume's) of each volume of a pod that has a claim."""
    found = []
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim") is not None:
            found.append((volume["persistentVolumeClaim"]["claimName"], False))
        elif volume.get("ephemeral") is not None:
            found.append((f"{pod['metadata']['name']}-{volume['name']}", True))
    return found


def named_claims(pod: Object) -> list[str]:
    """The claims that a pod's volumes name; those of ephemeral volumes are left out."""
    return [name for name, ephemeral in claim_names(pod) if not ephemeral]


def class_of(obj: Object) -> str:
    """The storage class of a claim or a volume; "" for none."""
    given = annotations_of(obj).get(BETA_CLASS)
    return given if given is not None else obj["spec"].get("storageClassName") or ""


def attributes_class_of(obj: Object) -> str:
    """The volume attributes class of a claim or a volume; "" for none."""
    return obj["spec"].get("volumeAttributesClassName") or ""


def is_fully_bound(claim: Object) -> bool:
    """Whether claim and volume point at each other, as the claim's annotation says."""
    return bool(claim["spec"].get("volumeName")) and BIND_COMPLETED in annotations_of(claim)


def points_at(volume: Object, claim: Object) -> bool:
    """Whether the volume is reserved for, or bound to, this claim (IsVolumeBoundToClaim)."""
    reference = volume["spec"].get("claimRef")
    if reference is None:
        return False
    metadata = claim["metadata"]
    if reference.get("name") != metadata["name"]:
        return False
    if reference.get("namespace") != metadata.get("namespace"):
        return False
    uid = reference.get("uid")
    return not uid or uid == metadata.get("uid")


def size_of(volume: Object) -> int:
    """The capacity of a volume in bytes."""
    return value((volume["spec"].get("capacity") or {}).get("storage", "0"))


def requested_size(claim: Object) -> int:
    """The bytes that a claim asks for."""
    requests = (claim["spec"].get("resources") or {}).get("requests") or {}
    return value(requests.get("storage", "0"))


def access_modes(obj: Object) -> list[str]:
    """The access modes of a claim or a volume."""
    return obj["spec"].get("accessModes") or []


def modes_differ(claim: Object, volume: Object) -> bool:
    """Whether one is a block device and the other a file system."""
    wanted, given = (obj["spec"].get("volumeMode") or "Filesystem" for obj in (claim, volume))
    return bool(wanted != given)


def volume_fits_node(volume: Object, node: NamedLabels) -> bool:
    """Whether the node affinity of a volume allows a node; without one all nodes are allowed.

    Only labels are compared: upstream gives the check no name, so `matchFields` hold everywhere.
    """
    affinity = volume["spec"].get("nodeAffinity") or {}
    required = affinity.get("required")
    if required is None:
        return True
    terms = required.get("nodeSelectorTerms") or ()
    return any(node_term(term).matches_labels(node.labels) for term in terms)


def matching_volume(
    claim: Object,
    volumes: Iterable[Object],
    node: NamedLabels | None = None,
    taken: Collection[str] = (),
    *,
    delayed: bool = False,
) -> Object | None:
    """The volume for a claim: the one reserved for it, else the smallest that suits.

    With a `node` (the scheduler asks) the volume must be reachable from it; without one and
    `delayed`, only a reserved volume counts, as the scheduler is to choose.
    """
    best: Object | None = None
    for volume in volumes:
        if volume["metadata"]["name"] in taken or not _possible(claim, volume):
            continue
        reachable = node is None or volume_fits_node(volume, node)
        if points_at(volume, claim):
            return volume if reachable else None
        if node is None and delayed:
            continue
        if not reachable or not _suits(claim, volume):
            continue
        if node is not None and not set(access_modes(claim)) <= set(access_modes(volume)):
            continue
        if best is None or size_of(volume) < size_of(best):
            best = volume
    return best


def _possible(claim: Object, volume: Object) -> bool:
    spec = volume["spec"]
    if spec.get("claimRef") is not None and not points_at(volume, claim):
        return False
    if size_of(volume) < requested_size(claim) or modes_differ(claim, volume):
        return False
    if attributes_class_of(volume) != attributes_class_of(claim):
        return False
    return "deletionTimestamp" not in volume["metadata"]


def _suits(claim: Object, volume: Object) -> bool:
    if (volume.get("status") or {}).get("phase") != "Available":
        return False
    if class_of(volume) != class_of(claim):
        return False
    selector = claim["spec"].get("selector")
    return selector is None or selectors.of(selector).matches(labels_of(volume))


def best_match(claim: Object, volumes: Iterable[Object], *, delayed: bool = False) -> Object | None:
    """The volume that the controller binds a claim to.

    Volumes with exactly one set of access modes make a group; groups that have all wanted modes
    are tried from the fewest modes upwards.
    """
    wanted = set(access_modes(claim))
    groups: dict[tuple[str, ...], list[Object]] = {}
    for volume in volumes:
        modes = tuple(sorted(set(access_modes(volume))))
        if wanted <= set(modes):
            groups.setdefault(modes, []).append(volume)
    for modes in sorted(groups, key=lambda one: (len(one), one)):
        ordered = sorted(groups[modes], key=_by_size)
        found = matching_volume(claim, ordered, delayed=delayed)
        if found is not None:
            return found
    return None


def _by_size(volume: Object) -> tuple[int, str]:
    return size_of(volume), volume["metadata"]["name"]


def claim_reference(claim: Object) -> dict[str, Any]:
    """The reference to a claim that a bound volume carries."""
    metadata = claim["metadata"]
    reference = {
        "kind": "PersistentVolumeClaim",
        "apiVersion": "v1",
        "namespace": metadata.get("namespace", ""),
        "name": metadata["name"],
        "uid": metadata.get("uid"),
        "resourceVersion": metadata.get("resourceVersion"),
    }
    return {name: given for name, given in reference.items() if given}


def csi_of(volume: Object) -> tuple[str, str]:
    """(driver, handle) of a CSI volume; ("", "") for others."""
    csi = volume["spec"].get("csi") or {}
    return csi.get("driver", ""), csi.get("volumeHandle", "")
