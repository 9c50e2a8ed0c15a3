"""Lists, maps and what is not supported in the schemas of definitions."""

from typing import Any

import pytest

from kubelearn.api.validation.crd_schema import schema_errors

LIST = "x-kubernetes-list-type"
KEYS = "x-kubernetes-list-map-keys"
MAP = "x-kubernetes-map-type"
TEXT = {"type": "string"}


def of_field(**schema: Any) -> list[str]:
    """What is wrong with a definition whose schema has this field; without the way to it."""
    whole = {"type": "object", "properties": {"f": schema}}
    found = schema_errors({"schema": {"openAPIV3Schema": whole}}, "s")
    return [str(error).removeprefix("s.properties[f].") for error in found]


def listed(kind: str, item: dict[str, Any], *keys: str) -> list[str]:
    """What is wrong with a list of a type."""
    more = {KEYS: list(keys)} if keys else {}
    return of_field(type="array", items=item, **{LIST: kind}, **more)


def items(**fields: Any) -> dict[str, Any]:
    """Items that need their `k`."""
    return {"type": "object", "required": ["k"], "properties": {"k": TEXT, **fields}}


ATOMIC = "must be atomic as item of a list with x-kubernetes-list-type=set"
LISTED = "this property is in x-kubernetes-list-map-keys, so it"


@pytest.mark.parametrize(
    ("kind", "item", "keys", "expected"),
    [
        ("map", items(), ("k",), []),
        ("map", items(), (), [f"{KEYS}: Required value: must not be empty if {LIST} is map"]),
        (
            "map",
            TEXT,
            ("k",),
            [
                (
                    'items.type: Invalid value: "string": must be object if parent array\'s '
                    f"{LIST} is map"
                )
            ],
        ),
        (
            "map",
            items(),
            ("z",),
            [f'{KEYS}: Invalid value: ["z"]: entries must all be names of item properties'],
        ),
        (
            "map",
            items(),
            ("k", "k"),
            [f'{KEYS}: Invalid value: ["k","k"]: must not contain duplicate entries'],
        ),
        (
            "map",
            items(a=TEXT),
            ("a",),
            [
                (
                    "items.properties[a].default: Required value: "
                    f"{LISTED} must have a default or be a required property"
                )
            ],
        ),
        (
            "map",
            {**items(), "nullable": True},
            ("k",),
            [f"items.nullable: Forbidden: cannot be nullable when {LIST} is map"],
        ),
        ("set", {"type": "object", MAP: "atomic"}, (), []),
        (
            "set",
            {"type": "object"},
            (),
            [f"items.{MAP}: Invalid value: null: {ATOMIC}"],
        ),
        (
            "set",
            {"type": "array", "items": TEXT, LIST: "set"},
            (),
            [f'items.{LIST}: Invalid value: "set": {ATOMIC}'],
        ),
    ],
)
def test_lists_and_maps(
    kind: str, item: dict[str, Any], keys: tuple[str, ...], expected: list[str]
) -> None:
    """The items of sets are whole, those of maps have scalar keys."""
    assert listed(kind, item, *keys) == expected


def test_a_key_is_scalar() -> None:
    """The value that is shown is the type of the items."""
    (error, *_) = listed("map", items(k={"type": "array", "items": TEXT}), "k")
    assert error == (
        'items.properties[k].type: Invalid value: "object": must be a scalar type if parent '
        "array's x-kubernetes-list-type is map"
    )


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({**TEXT, MAP: "atomic"}, (f'type: Invalid value: "string": must be object if {MAP} is '
         "specified")),
        ({"type": "object", MAP: "x"},
         f'{MAP}: Unsupported value: "x": supported values: "atomic", "granular"'),
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": False},
         "x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined"),
        ({**TEXT, "$ref": "#/x"}, "$ref: Forbidden: $ref is not supported"),
        ({**TEXT, "definitions": {}}, "definitions: Forbidden: definitions is not supported"),
    ],
)  # fmt: skip
def test_other_rules(schema: dict[str, Any], expected: str) -> None:
    """Maps, free fields, and what JSON schemas could hold."""
    assert of_field(**schema) == [expected]
