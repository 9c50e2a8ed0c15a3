"""ConfigMaps and Secrets inside running pods: files that follow their objects, and what does not.

A volume is refreshed at the pod's next sync after a change, up to a minute and a half later, all
its files at once. Environment variables and `subPath` mounts keep what they had when the container
started. Source: `pkg/kubelet/pod_workers.go` (workerResyncIntervalJitterFactor),
`pkg/volume/configmap`, `pkg/volume/secret`, `pkg/kubelet/kubelet_pods.go`, Kubernetes 1.36.

Unlike the real one: the moment of a pod's next sync is drawn when an object changes; an object that
was deleted leaves its files without a warning; tokens, downward API volumes and file modes have
no files here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from kubelearn.api.objects import Key, Object, get_path
from kubelearn.api.server import APIServer
from kubelearn.api.store import Record
from kubelearn.kubelet.statuses import containers_of
from kubelearn.sim.clock import SECOND

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets

CONFIGMAPS, SECRETS = "configmaps", "secrets"
RESYNC = 60 * SECOND
JITTER = 0.5
"""The sync after the last one comes 60 s to 90 s later."""
FIELDS = {"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
          "spec.serviceAccountName", "status.podIP", "status.hostIP"}  # fmt: skip


class Source(NamedTuple):
    """An object that a volume or a container takes from, as it was taken; None: not there."""

    volume: str
    resource: str
    name: str
    items: tuple[tuple[str, str], ...]
    """(key, path); () = every key."""
    taken: Object | None = None


class Mounted(NamedTuple):
    """What a pod has of ConfigMaps and Secrets."""

    uid: str
    volumes: tuple[Source, ...] = ()
    starts: tuple[tuple[str, tuple[Source, ...]], ...] = ()
    """Container → what it took when it started, for its environment and its subPaths."""


def volume_sources(pod: Object) -> Iterator[Source]:
    """The ConfigMaps and Secrets in the volumes of a pod."""
    for volume in pod["spec"].get("volumes") or ():
        parts = [volume]
        if "projected" in volume:
            parts = volume["projected"].get("sources") or []
            if any("serviceAccountToken" in part for part in parts):
                continue
        for part in parts:
            for field, resource in (("configMap", CONFIGMAPS), ("secret", SECRETS)):
                if field in part:
                    yield _source(volume["name"], resource, part[field])


def _source(volume: str, resource: str, part: Object) -> Source:
    items = tuple((item["key"], item["path"]) for item in part.get("items") or ())
    return Source(volume, resource, part.get("secretName") or part.get("name", ""), items)


def _start_sources(pod: Object, container: Object) -> Iterator[Source]:
    for entry in container.get("envFrom") or ():
        for field, resource in (("configMapRef", CONFIGMAPS), ("secretRef", SECRETS)):
            if field in entry:
                yield Source("", resource, entry[field].get("name", ""), ())
    for variable in container.get("env") or ():
        value_from = variable.get("valueFrom") or {}
        for field, resource in (("configMapKeyRef", CONFIGMAPS), ("secretKeyRef", SECRETS)):
            if field in value_from:
                yield Source("", resource, value_from[field].get("name", ""), ())
    mounts = container.get("volumeMounts") or ()
    fixed = {mount["name"] for mount in mounts if mount.get("subPath")}
    if fixed:
        yield from (source for source in volume_sources(pod) if source.volume in fixed)


def set_up(kubelet: Kubelets, pod: Object) -> None:
    """A pod's volumes are filled for the first time."""
    if not pod["spec"].get("volumes"):
        return
    sources = tuple(volume_sources(pod))
    if sources:
        metadata = pod["metadata"]
        taken = _taken(kubelet.context.api, metadata["namespace"], sources)
        key = (metadata["namespace"], metadata["name"])
        kubelet.mounted[key] = Mounted(metadata["uid"], taken)


def started(kubelet: Kubelets, pod: Object, container: Object) -> None:
    """A container starts: its environment and its subPaths are made, for its whole life."""
    if not (container.get("env") or container.get("envFrom") or container.get("volumeMounts")):
        return
    sources = tuple(dict.fromkeys(_start_sources(pod, container)))
    if not sources:
        return
    metadata = pod["metadata"]
    key = (metadata["namespace"], metadata["name"])
    known = kubelet.mounted.get(key)
    if known is None or known.uid != metadata["uid"]:
        known = Mounted(metadata["uid"])
    others = tuple(one for one in known.starts if one[0] != container["name"])
    taken = _taken(kubelet.context.api, metadata["namespace"], sources)
    kubelet.mounted[key] = known._replace(starts=(*others, (container["name"], taken)))


def _taken(api: APIServer, namespace: str, sources: Iterable[Source]) -> tuple[Source, ...]:
    return tuple(s._replace(taken=api.find(s.resource, namespace, s.name)) for s in sources)


def changed(kubelet: Kubelets, record: Record) -> None:
    """A ConfigMap or Secret was written: the pods that mount it follow at their next sync."""
    namespace, name = record.key
    for key, known in kubelet.mounted.items():
        if key[0] == namespace and any(
            (source.resource, source.name) == (record.resource, name) for source in known.volumes
        ):
            now = kubelet.context.clock.now
            kubelet.context.clock.at(
                now + _until_sync(kubelet, known.uid, record), kubelet.remount, key
            )


def _until_sync(kubelet: Kubelets, uid: str, record: Record) -> int:
    subject = f"{uid}/{record.resource}/{record.key[1]}"
    draws, index = kubelet.context.draws, record.revision
    period = RESYNC * (1 + JITTER * draws.uniform("sync-period", subject, index))
    return int(period * draws.uniform("sync-phase", subject, index))


def refresh(kubelet: Kubelets, key: Key) -> None:
    """Fill the volumes of a pod anew, if it is still there and its machine runs."""
    known, pod = kubelet.mounted.get(key), kubelet.context.api.find("pods", *key)
    if known is None:
        return
    if pod is None or pod["metadata"]["uid"] != known.uid:
        del kubelet.mounted[key]
        return
    if not kubelet.alive(pod["spec"]["nodeName"]):
        return
    new = _taken(kubelet.context.api, key[0], known.volumes)
    kept = (o if n.taken is None else n for o, n in zip(known.volumes, new, strict=True))
    kubelet.mounted[key] = known._replace(volumes=tuple(kept))


# Reading


def files(kubelet: Kubelets, pod: Object, container: Object) -> dict[str, str]:
    """Path → text of each file that a container has from ConfigMaps and Secrets."""
    known = _known(kubelet, pod)
    start = dict(known.starts).get(container["name"], ())
    found: dict[str, str] = {}
    for mount in container.get("volumeMounts") or ():
        fixed = mount.get("subPath")
        sources = [s for s in (start if fixed else known.volumes) if s.volume == mount["name"]]
        for path, text in _contents(sources).items():
            if not fixed:
                found[f"{mount['mountPath'].rstrip('/')}/{path}"] = text
            elif path == fixed:
                found[mount["mountPath"]] = text
            elif path.startswith(f"{fixed}/"):
                found[mount["mountPath"] + path.removeprefix(fixed)] = text
    return found


def _known(kubelet: Kubelets, pod: Object) -> Mounted:
    metadata = pod["metadata"]
    known = kubelet.mounted.get((metadata["namespace"], metadata["name"]))
    return known if known is not None and known.uid == metadata["uid"] else Mounted("")


def _contents(sources: Iterable[Source]) -> dict[str, str]:
    found: dict[str, str] = {}
    for source in sources:
        texts = _texts(source)
        for key, path in source.items or tuple((key, key) for key in texts):
            if key in texts:
                found[path] = texts[key]
    return found


def _texts(source: Source) -> dict[str, str]:
    obj = source.taken or {}
    data: Mapping[str, str] = obj.get("data") or {}
    if source.resource == CONFIGMAPS:
        return {**data, **_decoded(obj.get("binaryData") or {})}
    return _decoded(data)


def _decoded(data: Mapping[str, str]) -> dict[str, str]:
    return {k: base64.b64decode(v).decode("utf-8", "replace") for k, v in data.items()}


def environment(kubelet: Kubelets, pod: Object, container: Object) -> dict[str, str]:
    """Name → value of the variables that a container's `env` and `envFrom` gave it."""
    start = dict(_known(kubelet, pod).starts).get(container["name"], ())
    texts = {(source.resource, source.name): _texts(source) for source in start}
    found: dict[str, str] = {}
    for entry in container.get("envFrom") or ():
        for field, resource in (("configMapRef", CONFIGMAPS), ("secretRef", SECRETS)):
            if field in entry:
                given = texts.get((resource, entry[field].get("name", "")), {})
                prefix = entry.get("prefix", "")
                found |= {f"{prefix}{name}": text for name, text in given.items()}
    for variable in container.get("env") or ():
        value = _value(pod, variable, texts)
        if value is not None:
            found[variable["name"]] = value
    return found


def _value(
    pod: Object, variable: Object, texts: Mapping[tuple[str, str], Mapping[str, str]]
) -> str | None:
    value_from = variable.get("valueFrom")
    if not value_from:
        return str(variable.get("value", ""))
    for field, resource in (("configMapKeyRef", CONFIGMAPS), ("secretKeyRef", SECRETS)):
        if field in value_from:
            wanted = value_from[field]
            return texts.get((resource, wanted.get("name", "")), {}).get(wanted["key"])
    path = get_path(value_from, "fieldRef", "fieldPath", default="")
    return str(get_path(pod, *path.split("."), default="")) if path in FIELDS else None


def container_named(pod: Object, name: str) -> Object:
    """A container of a pod; "" = the first regular one. ValueError names those that there are."""
    if not name:
        return pod["spec"]["containers"][0]  # type: ignore[no-any-return]
    found = {container["name"]: container for container in containers_of(pod["spec"])}
    if name not in found:
        raise ValueError(f"there is no container {name!r}: choose {', '.join(found)}")
    return found[name]
