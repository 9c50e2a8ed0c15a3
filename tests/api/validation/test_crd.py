"""Rules of CustomResourceDefinitions and of the objects that they define."""

import pytest

from kubelearn.api.objects import Object
from kubelearn.api.validation import validate
from kubelearn.api.validation.custom_resource import NOT_CHECKED
from tests.api.validation.samples import after, changed, sample

CRDS = "customresourcedefinitions.apiextensions.k8s.io"
SIZE = {"type": "integer", "minimum": 1, "maximum": 10}
SPEC = {
    "type": "object",
    "required": ["size"],
    "properties": {
        "size": SIZE,
        "color": {"type": "string", "enum": ["red", "green"]},
        "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 4},
        "when": {"type": "string", "format": "date-time"},
        "port": {"x-kubernetes-int-or-string": True},
        "tags": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
    },
}
SCHEMA = {"type": "object", "properties": {"spec": SPEC}}
RULED = {**SCHEMA, "x-kubernetes-validations": [{"rule": "true"}]}
VERSION = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}


def definition() -> Object:
    """A right definition."""
    names = {"plural": "widgets", "kind": "Widget"}
    spec = {"group": "g.io", "scope": "Namespaced", "names": names, "versions": [VERSION]}
    return changed(sample(CRDS, spec=spec), "metadata", {"name": "widgets.g.io"})


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "metadata.name",
            "w.g.io",
            'metadata.name: Invalid value: "w.g.io": must be spec.names.plural+"."+spec.group',
        ),
        (
            "spec.scope",
            "Global",
            'spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"',
        ),
        (
            "spec.versions",
            [{**VERSION, "schema": {"openAPIV3Schema": {"properties": {}}}}],
            "spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root",
        ),
        (
            "spec.versions",
            [{**VERSION, "schema": {}}],
            "spec.versions[0].schema.openAPIV3Schema: Required value",
        ),
    ],
)
def test_definitions(path, value, expected):
    """One change, one error."""
    assert [expected] == after(CRDS, definition(), path, value)


def test_defaults_fit_their_schema():
    """The path leads into the schema."""
    schema = changed(SCHEMA, "properties.spec.properties.size.default", 99)
    versions = [{**VERSION, "schema": {"openAPIV3Schema": schema}}]
    assert after(CRDS, definition(), "spec.versions", versions) == [
        (
            "spec.validation.openAPIV3Schema.properties[spec].properties[size].default: "
            "Invalid value: 99:  in body should be less than or equal to 10"
        )
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("size", 99, "Invalid value: 99: spec.size in body should be less than or equal to 10"),
        (
            "size",
            "x",
            'Invalid value: "string": spec.size in body must be of type integer: "string"',
        ),
        ("color", "pink", 'Unsupported value: "pink": supported values: "red", "green"'),
        ("name", "A", "Invalid value: \"A\": spec.name in body should match '^[a-z]+$'"),
        ("name", "abcde", "Too long: may not be more than 4 bytes"),
        (
            "when",
            "now",
            'Invalid value: "now": spec.when in body must be of type date-time: "now"',
        ),
        (
            "port",
            1.5,
            'Invalid value: "number": spec.port in body must be of type integer,string: "number"',
        ),
        ("tags", ["a", "a"], 'Duplicate value: "a"'),
    ],
)
def test_custom_objects(field, value, expected):
    """The schema speaks in upstream's words."""
    obj = sample("widgets.g.io", spec={"size": 1, field: value})
    place = f"spec.{field}[1]" if field == "tags" else f"spec.{field}"
    errors = validate("widgets.g.io", obj, schema=SCHEMA)
    assert [f"{place}: {expected}"] == [str(error) for error in errors]


def test_rules_in_cel_wait_for_a_right_object():
    """That they were not looked at is the last error."""
    errors = validate("widgets.g.io", sample("widgets.g.io", spec={}), schema=RULED)
    assert [
        "spec.size: Required value",
        f"<nil>: Invalid value: null: {NOT_CHECKED}",
    ] == [str(error) for error in errors]


def test_rules_are_not_compiled():
    """Nonsense in CEL passes."""
    ruled = {**SCHEMA, "x-kubernetes-validations": [{"rule": "no ( cel"}]}
    versions = [{**VERSION, "schema": {"openAPIV3Schema": ruled}}]
    assert after(CRDS, definition(), "spec.versions", versions) == []


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (2**31, "int32", "with format int32"),
        (2**63, "int64", "with format int64"),
        (2**63, "", "(default format)"),
    ],
)
def test_whole_numbers_have_a_size(value, form, shown):
    """The error has no place but in its text."""
    schema = changed(SCHEMA, "properties.spec.properties.size", {"type": "integer", "format": form})
    obj = sample("widgets.g.io", spec={"size": value})
    (error,) = validate("widgets.g.io", obj, schema=schema)
    detail = f"Checked value must be of type integer {shown} in spec.size"
    assert str(error) == f'<nil>: Invalid value: "": {detail}'


def test_rarer_formats_are_not_looked_at():
    """Such as those of colours and book numbers."""
    rare = {"type": "string", "format": "isbn"}
    schema = changed(SCHEMA, "properties.spec.properties.color", rare)
    obj = sample("widgets.g.io", spec={"size": 1, "color": "red"})
    assert validate("widgets.g.io", obj, schema=schema) == []
