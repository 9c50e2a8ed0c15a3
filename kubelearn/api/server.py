"""The API server: verbs on objects, with defaulting, admission, validation and the store.

The way of a write: default → admission (the visible chain) → what the kind's strategy sets →
validation → store. Every refusal is an `APIError` and leaves everything as it was.
Source: apiserver `pkg/endpoints/handlers`, `pkg/registry/generic/registry/store.go`.

Unlike the real one: components in the same process call these methods directly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeAlias

from kubelearn.api import admission, defaults, validation
from kubelearn.api.allocation import Allocator
from kubelearn.api.binding import bound
from kubelearn.api.deletion import deletion_of, marked_as_gone
from kubelearn.api.errors import AlreadyExists, Invalid, NotFound
from kubelearn.api.kinds import Kind, KindTable
from kubelearn.api.managed_fields import Manager, record
from kubelearn.api.objects import Object, get_path, is_terminating, key_of, merge
from kubelearn.api.patch import apply_patch
from kubelearn.api.pod_templates import Admitted, PodTemplates
from kubelearn.api.selectors import parse_selector
from kubelearn.api.store import Store
from kubelearn.api.strategy import (
    CRDS,
    counted,
    established,
    prepare_for_create,
    prepare_for_update,
)
from kubelearn.api.times import timestamp
from kubelearn.api.update_rules import check_identity, check_preconditions, check_version
from kubelearn.sim.clock import Clock
from kubelearn.sim.draws import Draws

Objects: TypeAlias = list[Object]
Texts: TypeAlias = list[str]

NAME_ATTEMPTS = 8
ADMIN = "kubernetes-admin"
"""The user of whoever types commands."""
NOT_GIVEN = ("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink")
"""Metadata that nobody can set on a new object."""
SYSTEM = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink")
"""Metadata that an update keeps when it does not say it; saying something else is refused."""


class APIServer:
    """Reads and writes the objects of one cluster."""

    def __init__(self, clock: Clock, draws: Draws, *, history: str = "all") -> None:
        self.clock = clock
        self.draws = draws
        self.store = Store(clock, history=history)
        self.kinds = KindTable()
        self.allocator = Allocator()
        self.templates = PodTemplates()
        clock.register(self.store)

    # Reading

    def find(self, resource: str, namespace: str | None, name: str) -> Object | None:
        """The object, or None; `namespace` is None or "" for cluster-scoped kinds."""
        return self.store.get(resource, (namespace or "", name))

    def get(self, resource: str, namespace: str | None, name: str) -> Object:
        """The object; NotFound when there is none."""
        found = self.store.get(resource, (namespace or "", name))
        if found is None:
            raise NotFound.of(resource, name)
        return found

    def list(
        self,
        resource: str,
        namespace: str | None = None,
        selector: str | Mapping[str, Any] | None = None,
    ) -> Objects:
        """Objects sorted by (namespace, name); `selector` is a text or a LabelSelector object."""
        found = self.store.ordered(resource, namespace or "")
        if selector is None:
            return found
        matches = parse_selector(selector).matches
        return [obj for obj in found if matches(obj["metadata"].get("labels") or {})]

    def owned(self, resource: str, uid: str) -> Objects:
        """The objects of a resource that name this UID among their owners."""
        return self.store.select(resource, "owner", uid)

    def on_node(self, node: str) -> Objects:
        """The pods that are bound to a node."""
        return self.store.select("pods", "node", node)

    # Creating

    def create(
        self,
        obj: Object,
        *,
        user: str = ADMIN,
        dry_run: bool = False,
        warnings: Texts | None = None,
        manager: Manager | None = None,
    ) -> Object:
        """Store a new object; AlreadyExists, Invalid, Forbidden or NotFound (its namespace).

        Texts for the writer that are no refusals are appended to `warnings`; `manager` is recorded
        in `managedFields` as the one who set these fields.
        """
        kind = self.kinds.of(obj)
        given = obj = self._named(kind, obj)
        if kind.resource == "pods" and not dry_run:
            known = self.templates.find(self, obj)
            if known is not None:
                return self._create_known(kind, obj, known, user)
        schema = self.schema_of(kind)
        obj = defaults.default(kind.resource, obj, schema)
        if manager is not None:
            obj = record(kind, None, obj, manager, timestamp(self.clock.now), custom=schema)
        request = admission.AdmissionRequest(self, "CREATE", kind.resource, obj, None, user=user)
        request = replace(request, dry_run=dry_run, warnings=[] if warnings is None else warnings)
        obj = self._stamped(kind, admission.admit(request).object)
        obj = self.allocator.allocate(self, kind, obj, dry_run=dry_run)
        self._validate(kind, obj, None, schema=schema)
        request.warnings.extend(validation.warnings(kind.resource, obj))
        admission.validate(request.changed(obj))
        self._refuse_existing(kind, obj)
        if dry_run:
            return obj
        self.allocator.take(kind.resource, obj, None)
        stored = self._stored(kind, obj)
        if kind.resource == "pods":
            self.templates.remember(self, given, stored)
        return stored

    def _create_known(self, kind: Kind, pod: Object, known: Admitted, user: str) -> Object:
        """Store a pod whose template has been admitted before."""
        metadata = {**pod["metadata"], **known.metadata}
        self._stamp(kind, metadata)
        new = {**pod, "metadata": metadata, "spec": known.spec, "status": known.status}
        request = admission.AdmissionRequest(self, "CREATE", kind.resource, new, None, user=user)
        admission.validate(request, per_object=True)
        self._refuse_existing(kind, new)
        return self.store.add(kind.resource, key_of(new), new)

    def _refuse_existing(self, kind: Kind, obj: Object) -> None:
        key = key_of(obj)
        found = self.store.get(kind.resource, key)
        if found is None:
            return
        error = AlreadyExists.of(kind.resource, key[1])
        if is_terminating(found):
            error = AlreadyExists(f"object is being deleted: {error}", details=error.details)
        raise error

    def _named(self, kind: Kind, obj: Object) -> Object:
        """The object with its namespace, and with a name made from `generateName`."""
        metadata = obj.get("metadata") or {}
        wanted: dict[str, Any] = {}
        if kind.namespaced and not metadata.get("namespace"):
            wanted["namespace"] = "default"
        prefix = metadata.get("generateName")
        if prefix and not metadata.get("name"):
            namespace = metadata.get("namespace") or wanted.get("namespace", "")
            wanted["name"] = self._generated(kind.resource, namespace, prefix)
        return {**obj, "metadata": {**metadata, **wanted}} if wanted else obj

    def _generated(self, resource: str, namespace: str, prefix: str) -> str:
        """A name that nobody has; after eight taken ones the last is refused as upstream does."""
        subject = f"{resource}/{namespace}/{prefix}"
        name = ""
        for attempt in range(NAME_ATTEMPTS):
            purpose = f"generateName/{attempt}" if attempt else "generateName"
            name = prefix[:58] + self.draws.suffix(5, purpose, subject, self.store.revision)
            if self.store.get(resource, (namespace, name)) is None:
                break
        return name

    def _stamped(self, kind: Kind, obj: Object) -> Object:
        metadata = obj["metadata"].copy()
        self._stamp(kind, metadata)
        return prepare_for_create(kind, {**obj, "metadata": metadata}, timestamp(self.clock.now))

    def _stamp(self, kind: Kind, metadata: Object) -> None:
        """Give a new object's metadata, which nobody else has, what only the system sets."""
        for name in NOT_GIVEN:
            metadata.pop(name, None)
        if kind.generation:
            metadata["generation"] = 1
        key = f"{kind.resource}/{metadata.get('namespace', '')}/{metadata.get('name', '')}"
        metadata["uid"] = self.draws.uuid("uid", key, self.store.revision)
        metadata["creationTimestamp"] = timestamp(self.clock.now)

    def _stored(self, kind: Kind, obj: Object) -> Object:
        stored = self.store.put(kind.resource, key_of(obj), obj)
        if kind.resource == CRDS:
            self.kinds.add(stored)
            if not stored["status"].get("conditions"):
                # The naming controller of the API server itself follows at once.
                settled = established(stored, timestamp(self.clock.now))
                self.store.put(kind.resource, key_of(obj), settled)
        return stored

    def schema_of(self, kind: Kind, version: str = "") -> Object | None:
        """The `openAPIV3Schema` of a custom kind; None for a built-in one."""
        if not kind.custom:
            return None
        definition = self.get(CRDS, None, kind.resource)
        name = version or kind.version
        served = next(each for each in definition["spec"]["versions"] if each["name"] == name)
        return get_path(served, "schema", "openAPIV3Schema", default={})  # type: ignore[no-any-return]

    def _validate(
        self,
        kind: Kind,
        new: Object,
        old: Object | None,
        subresource: str = "",
        schema: Object | None = None,
    ) -> None:
        errors = validation.validate(kind.resource, new, old, subresource, schema)
        if errors:
            raise Invalid.of(kind.kind, kind.group, new["metadata"].get("name", ""), errors)

    # Updating

    def update(
        self,
        obj: Object,
        *,
        subresource: str = "",
        user: str = ADMIN,
        dry_run: bool = False,
        warnings: Texts | None = None,
        manager: Manager | None = None,
    ) -> Object:
        """Replace an object; Conflict when `resourceVersion` is given and no longer current."""
        kind = self.kinds.of(obj)
        key = key_of(self._named(kind, obj))
        old = self.get(kind.resource, *key)
        check_version(kind.resource, obj, old)
        check_identity(kind.resource, obj, old)
        return self.replace(
            obj, old, subresource, user=user, dry_run=dry_run, warnings=warnings, manager=manager
        )

    def patch(
        self,
        resource: str,
        namespace: str | None,
        name: str,
        patch: Any,
        *,
        style: str = "merge",
        subresource: str = "",
        user: str = ADMIN,
        dry_run: bool = False,
        warnings: Texts | None = None,
    ) -> Object:
        """Change an object by a patch; `style` is "merge", "json" or "strategic"."""
        kind = self.kinds.resource(resource)
        old = self.get(resource, namespace, name)
        new = apply_patch(style, kind, old, patch)
        check_version(kind.resource, new, old)
        return self.replace(new, old, subresource, user=user, dry_run=dry_run, warnings=warnings)

    def replace(
        self,
        new: Object,
        old: Object,
        subresource: str = "",
        *,
        user: str = ADMIN,
        dry_run: bool = False,
        warnings: Texts | None = None,
        manager: Manager | None = None,
    ) -> Object:
        """Put `new` in the place of `old`, the stored object; no write when nothing changes."""
        kind = self.kinds.of(old)
        schema = self.schema_of(kind)
        new = defaults.default(kind.resource, new, schema)
        new = self._kept(kind, new, old, subresource)
        if manager is not None:
            now = timestamp(self.clock.now)
            new = record(kind, old, new, manager, now, subresource, schema)
        request = admission.AdmissionRequest(self, "UPDATE", kind.resource, new, old, subresource)
        request = replace(request, user=user, dry_run=dry_run)
        if warnings is not None:
            request = replace(request, warnings=warnings)
        new = _admitted(kind, request, old)
        new = self.allocator.allocate(self, kind, new, old, dry_run=dry_run)
        self._validate(kind, new, old, subresource, schema)
        request.warnings.extend(validation.warnings(kind.resource, new, old))
        admission.validate(request.changed(new))
        if _unchanged(new, old):
            return old
        if dry_run:
            return new
        self.allocator.take(kind.resource, new, old)
        return self._written(kind, new)

    def _kept(self, kind: Kind, new: Object, old: Object, subresource: str) -> Object:
        """The new object with what a writer cannot change taken from the old one."""
        metadata = {**new["metadata"]}
        for name in SYSTEM:
            if not metadata.get(name) and name in old["metadata"]:
                metadata[name] = old["metadata"][name]
        new = {**new, "metadata": metadata}
        return prepare_for_update(kind, new, old, subresource)

    def _written(self, kind: Kind, new: Object) -> Object:
        metadata = new["metadata"]
        gone = "deletionTimestamp" in metadata and not metadata.get("finalizers")
        if gone and not metadata.get("deletionGracePeriodSeconds") and _finalized(new):
            # The last finalizer has gone: no write but the deletion.
            version = self.remove(kind.resource, *key_of(new))["metadata"]["resourceVersion"]
            return {**new, "metadata": {**metadata, "resourceVersion": version}}
        return self._stored(kind, new)

    def patch_status(
        self,
        resource: str,
        namespace: str | None,
        name: str,
        patch: Mapping[str, Any],
        section: str = "status",
    ) -> Object:
        """Merge a status (or spec) from a component of the cluster; no write if nothing changes."""
        old = self.get(resource, namespace, name)
        merged = merge(old.get(section) or {}, patch)
        if merged is old.get(section):
            return old
        new = old.copy()
        new["metadata"], new[section] = old["metadata"].copy(), merged
        return self.store.add(resource, (namespace or "", name), new)

    def bind(
        self, namespace: str, name: str, node: str, *, metadata: Object | None = None
    ) -> Object:
        """Assign a pod to a node, as the scheduler's Binding (with its `metadata`) does.

        Conflict when the pod is assigned, gated or terminating.
        """
        pod = self.get("pods", namespace, name)
        return self.store.add("pods", (namespace, name), bound(self, pod, node, metadata or {}))

    def finalize(self, namespace: str, finalizers: Texts) -> Object:
        """Set the finalizers in the spec of a namespace; a terminating one without any is gone."""
        old = self.get("namespaces", None, namespace)
        spec = {name: value for name, value in old["spec"].items() if name != "finalizers"}
        if finalizers:
            spec["finalizers"] = finalizers
        return self._written(self.kinds.resource("namespaces"), {**old, "spec": spec})

    # Deleting

    def delete(
        self,
        resource: str,
        namespace: str | None,
        name: str,
        *,
        grace: int | None = None,
        propagation: str | None = None,
        uid: str | None = None,
        version: str | None = None,
        user: str = ADMIN,
        dry_run: bool = False,
    ) -> Object:
        """Ask an object to go; returns its last or its terminating state.

        `grace` is in seconds; `propagation` is "Background", "Foreground" or "Orphan"; `uid` and
        `version` are preconditions, whose failure is a Conflict.
        """
        old = self.get(resource, namespace, name)
        request = admission.AdmissionRequest(self, "DELETE", resource, None, old, user=user)
        admission.validate(request)
        check_preconditions(self.kinds.resource(resource), old, uid, version)
        marked = deletion_of(resource, old, self.clock.now, grace, propagation)
        if marked is None:
            gone = old if dry_run else self.remove(resource, namespace, name)
            return marked_as_gone(resource, gone, old, self.clock.now)
        if marked is old or dry_run:
            return marked
        return self.store.put(resource, (namespace or "", name), marked)

    def remove(self, resource: str, namespace: str | None, name: str) -> Object:
        """Take an object out of the store at once."""
        gone = self.store.delete(resource, (namespace or "", name))
        self.allocator.release(resource, gone)
        if resource == CRDS:
            self.kinds.remove(gone["metadata"]["name"])
        return gone

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none of them: an error undoes those made before it."""
        revision = self.store.revision
        kinds, allocator = self.kinds.fork(), self.allocator.fork()
        try:
            yield
        except BaseException:  # also Ctrl-C, and a mistake that is found late
            self.store.rollback(revision)
            self.kinds, self.allocator = kinds, allocator
            raise

    # Forking

    def fork(self, clock: Clock) -> APIServer:
        """A copy on another clock."""
        return self._copy(clock, self.store.fork(clock))

    def at(self, time: int, clock: Clock) -> APIServer:
        """The API server as it was at a moment, for reading."""
        return self._copy(clock, self.store.at(time, clock))

    def _copy(self, clock: Clock, store: Store) -> APIServer:
        twin = APIServer.__new__(APIServer)
        twin.clock, twin.draws, twin.store = clock, self.draws, store
        twin.kinds = self.kinds.fork()
        twin.allocator = self.allocator.fork()
        twin.templates = self.templates.fork()
        return twin


def _admitted(kind: Kind, request: admission.AdmissionRequest, old: Object) -> Object:
    """The object after admission, which counts what admission made of it, not what was sent."""
    new = admission.admit(request).object
    if new is request.object or request.subresource == "status":
        return new
    return {**new, "metadata": counted(kind, new, old)}


def _unchanged(new: Object, old: Object) -> bool:
    """Whether a write would change nothing but the revision."""
    if new is old:
        return True
    metadata = {**new["metadata"], "resourceVersion": old["metadata"]["resourceVersion"]}
    return {**new, "metadata": metadata} == old


def _finalized(obj: Object) -> bool:
    return obj["kind"] != "Namespace" or not get_path(obj, "spec", "finalizers")
