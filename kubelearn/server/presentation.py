"""Objects and lists in the form that a client asked for.

Source: apiserver `pkg/endpoints/handlers/response.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any, cast

from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.api.tables import Include, partial_metadata, table
from kubelearn.api.tables.served import printer_for
from kubelearn.api.versions import to_version
from kubelearn.api.yaml_output import to_yaml
from kubelearn.server.message import Response
from kubelearn.server.negotiation import YAML, Form
from kubelearn.server.routes import Target


def show_object(api: APIServer, target: Target, form: Form, obj: Object, include: str = "") -> Any:
    """One object in the form asked for."""
    obj = to_version(target.kind, target.version, obj)
    if form.kind == "Table":
        return show_table(api, target, [obj], {"resourceVersion": version_of(obj)}, include)
    return partial_metadata(obj) if form.metadata_only else obj


def version_of(obj: Object) -> str:
    """The revision of an object; "" for one that is not stored (a dry run)."""
    return obj["metadata"].get("resourceVersion", "")  # type: ignore[no-any-return]


def show_list(
    api: APIServer,
    target: Target,
    form: Form,
    objects: list[Object],
    metadata: Object,
    include: str = "",
) -> Any:
    """A list in the form asked for; `metadata` has its revision and how to go on."""
    shown = [to_version(target.kind, target.version, obj) for obj in objects]
    if form.kind == "Table":
        return show_table(api, target, shown, metadata, include)
    if form.metadata_only:
        items = [partial_metadata(obj) for obj in shown]
        head = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
        return {**head, "metadata": metadata, "items": items or None}
    items = shown if target.kind.custom else [_bare(obj) for obj in shown]
    head = {"kind": f"{target.kind.kind}List", "apiVersion": target.api_version}
    return {**head, "metadata": metadata, "items": items}


def show_table(
    api: APIServer,
    target: Target,
    objects: list[Object],
    metadata: Object,
    include: str = "",
    *,
    headers: bool = True,
) -> Object:
    """A Table; `include` is the parameter `includeObject`."""
    printer = printer_for(api, target.kind, target.version)
    chosen = cast("Include", include or "Metadata")
    now = api.clock.now
    return table(printer, objects, now, metadata=metadata, include=chosen, headers=headers)


def _bare(obj: Object) -> Object:
    """An item of a typed list: kind and apiVersion stand in the list only."""
    return {name: value for name, value in obj.items() if name not in ("kind", "apiVersion")}


def written(body: Any, form: Form) -> Response:
    """The answer 200 with a body in the media type asked for."""
    if form.media == YAML:
        return Response(200, to_yaml(body), content_type=YAML)
    return Response(200, body)
