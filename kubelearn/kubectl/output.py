"""The forms in which `kubectl get` shows objects, besides its tables.

Source: cli-runtime `pkg/printers/{jsonpath,name,json,yaml}.go`, kubectl
`pkg/cmd/get/{customcolumn,sorter}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.quantity import parse as parse_quantity
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.gotemplate import fill
from kubelearn.kubectl.jsonpath import NotThere, relaxed, render, shown, values
from kubelearn.kubectl.layout import document, layout, object_name, shown_document

NONE = "<none>"


def _yaml(objects: list[Object], _argument: str, single: bool, _options: Any) -> str:
    return document(objects, "yaml", single=single)


def _json(objects: list[Object], _argument: str, single: bool, _options: Any) -> str:
    return document(objects, "json", single=single)


def _kyaml(objects: list[Object], _argument: str, single: bool, _options: Any) -> str:
    return document(objects, "kyaml", single=single)


def _names(objects: list[Object], _argument: str, _single: bool, _options: Any) -> str:
    return "\n".join(map(object_name, objects))


def _jsonpath(objects: list[Object], argument: str, single: bool, options: Any) -> str:
    if not argument:
        raise UsageError("template format specified but no template given")
    template = argument if "{" in argument else f"{{{relaxed(argument)}}}"
    missing = options.allow_missing_template_keys
    try:
        return render(template, shown_document(objects, single=single), missing=missing)
    except NotThere as error:
        text = f'error executing jsonpath "{template}": Error executing template: {error}'
        raise UsageError(text) from None


def _jsonpath_as_json(objects: list[Object], argument: str, single: bool, _options: Any) -> str:
    found = values(relaxed(argument), shown_document(objects, single=single))
    return json.dumps(found, indent=4, sort_keys=True, ensure_ascii=False)


def _go_template(objects: list[Object], argument: str, single: bool, options: Any) -> str:
    if not argument:
        raise UsageError("template format specified but no template given")
    missing = options.allow_missing_template_keys
    return fill(argument, shown_document(objects, single=single), missing=missing)


def _custom_columns(
    objects: list[Object], argument: str, _single: bool, options: argparse.Namespace
) -> str:
    if not argument:
        raise UsageError("custom-columns format specified but no custom columns given")
    pairs = [column.partition(":") for column in argument.split(",")]
    for name, colon, path in pairs:
        if not colon or not path:
            given = f"{name}{colon}{path}"
            raise UsageError(
                f"unexpected custom-columns spec: {given}, expected <header>:<json-path-expr>"
            )
    head = [name for name, _, _ in pairs]
    rows = [[_cell(path, obj) for _, _, path in pairs] for obj in objects]
    return layout(rows if options.no_headers else [head, *rows])


def _cell(path: str, obj: Object) -> str:
    return ",".join(map(shown, values(relaxed(path), obj))) or NONE


FORMS: dict[str, Callable[[list[Object], str, bool, argparse.Namespace], str]] = {
    "json": _json,
    "yaml": _yaml,
    "kyaml": _kyaml,
    "name": _names,
    "go-template": _go_template,
    "template": _go_template,
    "jsonpath": _jsonpath,
    "jsonpath-as-json": _jsonpath_as_json,
    "custom-columns": _custom_columns,
}
"""Word after `-o` → what it prints of objects; the argument stands behind `=`."""


FROM_FILES = {
    "go-template-file": "go-template",
    "templatefile": "template",
    "jsonpath-file": "jsonpath",
    "custom-columns-file": "custom-columns",
}
"""Word after `-o` whose argument is a file → the form whose argument the file holds."""


def read_from(form: str, path: str) -> tuple[str, str]:
    """The form, and its argument out of a file; UsageError when it cannot be read."""
    if not path:
        return FROM_FILES[form], ""
    try:
        text = Path(path).read_text()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        told = "template" if form == "custom-columns-file" else "--template"
        raise UsageError(f"error reading {told} {path}, open {path}: {reason}") from None
    if form != "custom-columns-file":
        return FROM_FILES[form], text
    heads, paths = (line.split() for line in (*text.splitlines(), "", "")[:2])
    columns = (":".join(pair) for pair in zip(heads, paths, strict=False))
    return FROM_FILES[form], ",".join(columns)


def in_order(objects: list[Object], path: str) -> list[Object]:
    """Objects sorted by what a path leads to; as they are without one."""
    if not path:
        return objects
    keys = [values(relaxed(path), obj) for obj in objects]
    if objects and not any(keys):
        raise UsageError(f"couldn't find any field with path {path!r} in the list of objects")
    order = sorted(range(len(objects)), key=lambda place: _rank(keys[place]))
    return [objects[place] for place in order]


def _rank(found: list[Any]) -> tuple[int, Any]:
    """What is missing first; numbers and quantities by size, texts by their letters."""
    if not found:
        return 0, 0
    value = found[0]
    if isinstance(value, (int, float)):
        return 1, value
    try:
        return 1, parse_quantity(str(value)).nano
    except ValueError:
        return 2, str(value)
