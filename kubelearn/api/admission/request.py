"""What the admission chain is asked, and what a plugin is.

Source: apiserver `pkg/admission/interfaces.go`, `pkg/admission/errors.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from kubelearn.api.errors import Forbidden, details_of
from kubelearn.api.objects import Object

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer


@dataclass(frozen=True, slots=True)
class AdmissionRequest:
    """One write before it is stored; `old` is None on create, `object` is None on delete."""

    api: APIServer
    operation: str
    """CREATE, UPDATE, DELETE or CONNECT."""
    resource: str
    object: Object | None
    old: Object | None = None
    subresource: str = ""
    user: str = ""
    dry_run: bool = False
    warnings: list[str] = field(default_factory=list)
    """Texts for the writer that are not refusals."""

    @property
    def metadata(self) -> Object:
        """The metadata of the new or, on delete, of the old object."""
        obj = self.object or self.old or {}
        return obj.get("metadata") or {}

    @property
    def namespace(self) -> str:
        """The namespace of the object; "" for cluster-scoped kinds."""
        return self.metadata.get("namespace") or ""

    @property
    def name(self) -> str:
        """The name of the object."""
        return self.metadata.get("name") or ""

    def creates(self, resource: str) -> bool:
        """Whether a new object of this resource is asked for."""
        return self.operation == "CREATE" and self.resource == resource and not self.subresource

    def written(self) -> Object:
        """The new object; only for plugins that have checked the operation."""
        assert self.object is not None
        return self.object

    def changed(self, obj: Object) -> AdmissionRequest:
        """The same request about a changed object."""
        return replace(self, object=obj)

    def forbidden(self, detail: str, cause: Object | None = None) -> Forbidden:
        """The refusal `pods "web" is forbidden: ...` with a cause if there is one."""
        name = self.name or self.metadata.get("generateName") or "Unknown"
        error = Forbidden.of(self.resource, name, detail)
        if cause is not None:
            error.details = {**details_of(self.resource, name), "causes": [cause]}
        return error


class Plugin(Protocol):
    """One link of the chain; it has `admit`, or `validate`, or both.

    `admit(request) -> Object` returns the object, changed by path copying; `validate(request)`
    raises an `APIError` to refuse. `per_object` tells that the answer depends on more than the pod
    template and the policies of the namespace, so that it is asked again for each pod.
    """

    name: str
    per_object: bool


class Step(NamedTuple):
    """What one plugin did to an object."""

    plugin: str
    changes: tuple[str, ...]
    """Paths of the fields that it set or changed, such as `spec.tolerations`."""


class Admitted(NamedTuple):
    """The object after the chain, and what each plugin changed on the way."""

    object: Object
    steps: tuple[Step, ...]


def changed_paths(old: Object, new: Object, prefix: str = "") -> list[str]:
    """The fields of `new` that differ from `old`, as paths; parts that are shared are skipped."""
    if old is new:
        return []
    paths: list[str] = []
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before is after or before == after:
            continue
        path = f"{prefix}{name}"
        if isinstance(before, dict) and isinstance(after, dict):
            paths += changed_paths(before, after, f"{path}.")
        else:
            paths.append(path)
    return paths
