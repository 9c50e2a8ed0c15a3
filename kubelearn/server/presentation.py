"""Objects and lists in the form that a client asked for.

Source: apiserver `pkg/endpoints/handlers/response.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any, cast

import yaml

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.api.tables import (
    Include,
    Printer,
    custom_printer,
    partial_metadata,
    printer_of,
    table,
)
from kubelearn.api.versions import to_version
from kubelearn.server.message import Response
from kubelearn.server.negotiation import YAML, Form
from kubelearn.server.routes import Target


class GoDumper(yaml.SafeDumper):
    """Writes YAML as Go does: text that would read as something else gets double quotes."""


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    tag = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    plain = "\n" in text or tag == TEXT_TAG
    return dumper.represent_scalar(TEXT_TAG, text, style=None if plain else '"')


TEXT_TAG = "tag:yaml.org,2002:str"
GoDumper.add_representer(str, _text_node)


def printer_for(api: APIServer, kind: Kind, version: str) -> Printer:
    """The printer of a kind; that of a custom kind comes from its definition."""
    if not kind.custom:
        return printer_of(kind.resource)
    crds = "customresourcedefinitions.apiextensions.k8s.io"
    definition = api.get(crds, None, kind.resource)
    served = {each["name"]: each for each in definition["spec"]["versions"]}
    return custom_printer(served[version].get("additionalPrinterColumns") or [])


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
        text = yaml.dump(body, Dumper=GoDumper, default_flow_style=False, sort_keys=True)
        return Response(200, text, content_type=YAML)
    return Response(200, body)
