"""The text of field errors."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.api.validation import field


@pytest.mark.parametrize(
    ("error", "body", "reason"),
    [
        (field.required("a"), "Required value", "FieldValueRequired"),
        (field.required("a", "why"), "Required value: why", "FieldValueRequired"),
        (field.invalid("a", -1, "why"), "Invalid value: -1: why", "FieldValueInvalid"),
        (field.invalid("a", True, "why"), "Invalid value: true: why", "FieldValueInvalid"),
        (field.invalid("a", None, "why"), "Invalid value: null: why", "FieldValueInvalid"),
        (
            field.not_supported("a", "X", ["P", "Q"]),
            'Unsupported value: "X": supported values: "P", "Q"',
            "FieldValueNotSupported",
        ),
        (field.forbidden("a", "why"), "Forbidden: why", "FieldValueForbidden"),
        (field.duplicate("a", "x"), 'Duplicate value: "x"', "FieldValueDuplicate"),
        (field.too_long("a", "", 9), "Too long: may not be more than 9 bytes", "FieldValueTooLong"),
        (field.too_many("a", 7, 5), "Too many: 7: must have at most 5 items", "FieldValueTooMany"),
        (field.not_found("a", "x"), 'Not found: "x"', "FieldValueNotFound"),
        (field.internal_error("a", "why"), "Internal error: why", "InternalError"),
        (field.invalid_type("a", 1, "why"), "Invalid value: 1: why", "FieldValueTypeInvalid"),
    ],
)
def test_body_and_reason(error: field.FieldError, body: str, reason: str) -> None:
    """Each type has its text and its reason."""
    assert body == error.body
    assert reason == error.reason
    assert f"a: {body}" == str(error)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ('say "hi"\n', r'"say \"hi\"\n"'),
        ("tab\tbell\a", r'"tab\tbell\a"'),
        ("\x01é\u200b", r'"\x01é\u200b"'),
        ({"b": 1, "a": [None, "<x>"]}, r'{"b":1,"a":[null,"\u003cx\u003e"]}'),
        (1.5, "1.5"),
        (field.Verbatim("as it is"), "as it is"),
    ],
)
def test_values_are_printed_as_go_does(value: Any, shown: str) -> None:
    """Text is quoted, structures are JSON in their own order."""
    assert shown == field.show(value)


def test_paths() -> None:
    """Paths are built from names, positions and keys."""
    place = field.key(field.child(field.index("spec.containers", 0), "resources", "limits"), "cpu")
    assert place == "spec.containers[0].resources.limits[cpu]"
    assert field.child("", "spec") == "spec"
