"""Volumes of pods: one source each, and what each source needs.

Source: `ValidateVolumes`, `validateVolumeSource` in `pkg/apis/core/validation/validation.go`,
Kubernetes 1.36.

Unlike the real one: of clusterTrustBundle projections only the path is checked, and podCertificate
projections are not checked (their feature is off by default).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.pod.claim_template import validate_claim_template
from kubelearn.api.validation.pod.file_paths import (
    file_mode,
    local_descending_path,
    no_backsteps,
)
from kubelearn.api.validation.pod.options import PodOptions
from kubelearn.api.validation.pod.projected import (
    validate_downward_api_file,
    validate_key_to_path,
    validate_projected,
)
from kubelearn.api.validation.pod.remote_volumes import REMOTE, Rule

HOST_PATH_TYPES: Final = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
LONGEST_PORTAL: Final = 64
PULL_POLICIES: Final = ("Always", "IfNotPresent", "Never")


class Source(NamedTuple):
    """A kind of volume, and the words that upstream's paths use for it."""

    rule: Rule
    inner: str = ""
    """The word in paths of its fields, where it is not the field's name."""
    second: str = ""
    """The word in the path of a second source, where it is not the field's name."""


def validate_volumes(
    volumes: Sequence[Object], options: PodOptions, path: str
) -> tuple[dict[str, Object], list[FieldError]]:
    """The volumes that are right, by name, and what is wrong with the others."""
    right: dict[str, Object] = {}
    errors: list[FieldError] = []
    created = _created_claims(volumes, options.pod_name)
    for position, volume in enumerate(volumes):
        place, name = index(path, position), volume.get("name") or ""
        found = _source(volume, options, place) + _name(name, right, child(place, "name"))
        if not found:
            right[name] = volume
        claim = get_path(volume, "persistentVolumeClaim", "claimName")
        if claim in created:
            text = "must not reference a PVC that gets created for an ephemeral volume"
            found.append(invalid(child(place, "persistentVolumeClaim", "claimName"), claim, text))
        errors += found
    return right, errors


def _created_claims(volumes: Sequence[Object], pod: str) -> set[str]:
    if not pod:
        return set()
    return {f"{pod}-{volume.get('name')}" for volume in volumes if volume.get("ephemeral")}


def _name(name: str, taken: dict[str, Object], path: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    errors = [invalid(path, name, message) for message in names.dns1123_label(name)]
    return [*errors, duplicate(path, name)] if name in taken else errors


def _source(volume: Object, options: PodOptions, path: str) -> list[FieldError]:
    given = [kind for kind in SOURCES if volume.get(kind) is not None]
    if not given:
        return [required(path, "must specify a volume type")]
    first = SOURCES[given[0]]
    errors = first.rule(volume[given[0]], child(path, first.inner or given[0]))
    for kind in given[1:]:
        place = child(path, SOURCES[kind].second or kind)
        errors.append(forbidden(place, "may not specify more than 1 volume type"))
    if given[0] == "iscsi":
        errors += _initiator(volume, child(path, "name"))
    if given[0] == "ephemeral":
        errors += _claim_name(volume.get("name") or "", options.pod_name, child(path, "name"))
    if given[0] == "image" and options.is_pod and not volume["image"].get("reference"):
        errors.insert(0, required(child(path, "image", "reference")))
    return errors


def _initiator(volume: Object, path: str) -> list[FieldError]:
    source, name = volume["iscsi"], volume.get("name") or ""
    portal = f"{name}:{source.get('targetPortal') or ''}"
    if source.get("initiatorName") is None or len(portal) <= LONGEST_PORTAL:
        return []
    text = (
        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters "
        "if iscsi.initiatorName is specified."
    )
    return [invalid(path, name, text)]


def _claim_name(name: str, pod: str, path: str) -> list[FieldError]:
    if not name or not pod:
        return []
    claim = f"{pod}-{name}"
    messages = names.name_is_dns_subdomain(claim)
    return [invalid(path, name, f'PVC name "{claim}": {message}') for message in messages]


def _empty_dir(source: Object, path: str) -> list[FieldError]:
    if not str(source.get("sizeLimit") or "").startswith("-"):
        return []
    text = "SizeLimit field must be a valid resource quantity"
    return [forbidden(child(path, "sizeLimit"), text)]


def _host_path(source: Object, path: str) -> list[FieldError]:
    if not source.get("path"):
        return [required(child(path, "path"))]
    errors = no_backsteps(source["path"], child(path, "path"))
    kind = source.get("type")
    if kind is not None and kind not in HOST_PATH_TYPES:
        errors.append(not_supported(child(path, "type"), kind, HOST_PATH_TYPES))
    return errors


def _git_repo(source: Object, path: str) -> list[FieldError]:
    errors = [] if source.get("repository") else [required(child(path, "repository"))]
    return errors + local_descending_path(source.get("directory") or "", child(path, "directory"))


def _files(name_field: str) -> Rule:
    def rule(source: Object, path: str) -> list[FieldError]:
        errors = [] if source.get(name_field) else [required(child(path, name_field))]
        errors += file_mode(source.get("defaultMode"), child(path, "defaultMode"))
        for position, item in enumerate(source.get("items") or ()):
            errors += validate_key_to_path(item, index(child(path, "items"), position))
        return errors

    return rule


def _claim(source: Object, path: str) -> list[FieldError]:
    return [] if source.get("claimName") else [required(child(path, "claimName"))]


def _downward_api(source: Object, path: str) -> list[FieldError]:
    errors = file_mode(source.get("defaultMode"), child(path, "defaultMode"))
    for file in source.get("items") or ():
        errors += validate_downward_api_file(file, path)
    return errors


def _ephemeral(source: Object, path: str) -> list[FieldError]:
    template, place = source.get("volumeClaimTemplate"), child(path, "volumeClaimTemplate")
    return [required(place)] if template is None else validate_claim_template(template, place)


def _image(source: Object, path: str) -> list[FieldError]:
    policy, place = source.get("pullPolicy") or "", child(path, "pullPolicy")
    if not policy:
        return [required(place)]
    return [] if policy in PULL_POLICIES else [not_supported(place, policy, PULL_POLICIES)]


RULES: Final[dict[str, Callable[[Object, str], list[FieldError]]]] = {
    **REMOTE,
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "gitRepo": _git_repo,
    "secret": _files("secretName"),
    "configMap": _files("name"),
    "persistentVolumeClaim": _claim,
    "downwardAPI": _downward_api,
    "projected": validate_projected,
    "ephemeral": _ephemeral,
    "image": _image,
}

SOURCES: Final[dict[str, Source]] = {
    kind: Source(RULES[kind], *words)
    for kind, *words in (
        ("emptyDir",),
        ("hostPath",),
        ("gitRepo",),
        ("gcePersistentDisk", "persistentDisk"),
        ("awsElasticBlockStore",),
        ("secret",),
        ("nfs",),
        ("iscsi",),
        ("glusterfs",),
        ("flocker",),
        ("persistentVolumeClaim",),
        ("rbd",),
        ("cinder",),
        ("cephfs", "", "cephFS"),
        ("quobyte",),
        ("downwardAPI", "", "downwarAPI"),
        ("fc",),
        ("flexVolume",),
        ("configMap",),
        ("azureFile",),
        ("vsphereVolume",),
        ("photonPersistentDisk",),
        ("portworxVolume",),
        ("azureDisk",),
        ("storageos",),
        ("projected",),
        ("scaleIO",),
        ("csi",),
        ("ephemeral",),
        ("image",),
    )
}
"""Every kind of volume, in the order in which upstream looks for them."""
