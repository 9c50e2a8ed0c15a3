"""Whether schemas are structural."""

from typing import Any

import pytest

from kubelearn.api.validation.crd_structure import METADATA, structure_errors

FREE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
EITHER = "x-kubernetes-int-or-string"
TYPES = [{"type": "integer"}, {"type": "string"}]


def errors(**more: Any) -> list[str]:
    """What is wrong with a schema whose root is an object."""
    return [str(error) for error in structure_errors({"type": "object", **more}, "s")]


def of_field(**schema: Any) -> list[str]:
    """What is wrong with a schema that has this field."""
    return errors(properties={"f": schema})


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({}, "s.properties[f].type: Required value: must not be empty for specified object fields"),
        (
            {"type": "string", "pattern": "("},
            (
                's.properties[f].pattern: Invalid value: "(": must be a valid regular expression, '
                "but isn't: error parsing regexp: missing closing ): `(`"
            ),
        ),
        (
            {"type": "string", "allOf": [{"description": "x"}]},
            "s.properties[f].allOf[0].description: Forbidden: must be empty to be structural",
        ),
        (
            {"type": "string", "not": {"nullable": True}},
            "s.properties[f].not.nullable: Forbidden: must be false to be structural",
        ),
        (
            {"type": "object", "anyOf": [{"properties": {"metadata": {}}}]},
            (
                "s.properties[f].anyOf[0].properties[metadata]: Forbidden: must not be specified "
                "in a nested context"
            ),
        ),
        (
            {EITHER: True, FREE: True},
            f"s.properties[f].{FREE}: Invalid value: true: must be false if {EITHER} is true",
        ),
        (
            {"type": "object", EMBEDDED: True},
            (
                "s.properties[f].properties: Required value: must not be empty if "
                f"{EMBEDDED} is true without {FREE}"
            ),
        ),
        (
            {"type": "object", EMBEDDED: True, "properties": {"kind": {"type": "integer"}}},
            's.properties[f].properties[kind].type: Invalid value: "integer": must be string',
        ),
    ],
)
def test_broken_schemas(field: dict[str, Any], expected: str) -> None:
    """Upstream's words, one error each."""
    assert of_field(**field) == [expected]


def test_the_types_of_an_int_or_string() -> None:
    """They may stand in `anyOf`, or in that of the first of `allOf`."""
    assert of_field(**{EITHER: True, "anyOf": TYPES}) == []
    assert of_field(**{EITHER: True, "allOf": [{"anyOf": TYPES}]}) == []
    assert len(of_field(**{EITHER: True, "allOf": [{}, {"anyOf": TYPES}]})) == 2


def test_metadata_at_the_root() -> None:
    """Only names may be restricted."""
    name = {"type": "string", "maxLength": 3}
    assert errors(properties={"metadata": {"type": "object"}}) == []
    assert errors(properties={"metadata": {"type": "object", "properties": {"name": name}}}) == []
    labels = {"type": "object", "properties": {"labels": {"type": "object"}}}
    expected = f"s.properties[metadata]: Forbidden: {METADATA}"
    assert errors(properties={"metadata": labels}) == [expected]
    assert errors(properties={"metadata": {"type": "object", "description": "x"}}) == [expected]
    nested = {"type": "object", "properties": {"metadata": labels}}
    assert errors(properties={"f": nested}) == []


def test_the_root_is_no_map() -> None:
    """The errors are ordered by their text."""
    inner, root = errors(additionalProperties={})
    assert inner.startswith("s.additionalProperties.type: Required value: must not be empty")
    assert root == "s.additionalProperties: Forbidden: must not be used at the root"


def test_what_junctors_restrict_may_be_said_nowhere_else() -> None:
    """Upstream wants the field outside of `allOf` too."""
    assert errors(allOf=[{"properties": {"b": {"minLength": 1}}}]) == []
