"""The values that fields can have, in the served OpenAPI documents."""

import pytest

from kubelearn.api.schema import schema
from kubelearn.server.enumerations import enumeration
from kubelearn.server.openapi import closure
from scripts import make_enumerations

CORE = "io.k8s.api.core.v1."
SCHEME = """Scheme to use for connecting to the host. Defaults to HTTP.

Possible enum values:
 - `"HTTP"` means that the scheme used will be http://
 - `"HTTPS"` means that the scheme used will be https://"""


def _field(type_name, field):
    return closure(type_name)[type_name]["properties"][field]


def test_a_field_has_its_values_and_what_they_mean():
    """Behind the field's own description, in the order of the values."""
    shown = _field(f"{CORE}HTTPGetAction", "scheme")
    assert shown["enum"] == ["HTTP", "HTTPS"]
    assert shown["description"] == SCHEME


@pytest.mark.parametrize(
    ("name", "field", "below"),
    [
        (f"{CORE}PersistentVolumeClaimSpec", "accessModes", "items"),
        (f"{CORE}PersistentVolumeClaimStatus", "allocatedResourceStatuses", "additionalProperties"),
    ],
)
def test_a_list_or_map_has_the_values_of_its_items(name, field, below):
    """And does not explain them."""
    shown = _field(name, field)
    assert enumeration(name, field).values == shown[below]["enum"]
    assert "enum" not in shown
    assert "Possible enum values" not in shown["description"]


@pytest.mark.parametrize(
    ("name", "field", "values"),
    [
        # A constant that is a conversion of one of another package.
        ("io.k8s.api.discovery.v1.EndpointSlice", "addressType", ["FQDN", "IPv4", "IPv6"]),
        # A type of another package; a field of an embedded struct; an empty value.
        ("io.k8s.api.discovery.v1.EndpointPort", "protocol", ["SCTP", "TCP", "UDP"]),
        ("io.k8s.api.networking.v1.NetworkPolicyPort", "protocol", ["SCTP", "TCP", "UDP"]),
        (f"{CORE}EphemeralContainer", "imagePullPolicy", ["Always", "IfNotPresent", "Never"]),
        (f"{CORE}ServiceSpec", "ipFamilies", ["", "IPv4", "IPv6"]),
        (f"{CORE}Pod", "metadata", None),
    ],
)
def test_whose_values_are_known(name, field, values):
    """What the marked types of upstream have."""
    found = enumeration(name, field)
    assert values == (found and found.values)


def test_an_empty_line_before_the_markers_of_a_comment_is_kept():
    """As the generator of the documents keeps it."""
    text = enumeration("io.k8s.api.resource.v1.DeviceTaint", "effect").text
    assert text.startswith("\n\n\nPossible enum values:")


def test_the_values_are_strings_of_fields_that_hold_strings():
    """Of every type of the schema: nothing else has an enumeration upstream."""
    found = 0
    for name in schema():
        for field, spec in schema().row(name).get("fields", {}).items():
            if enumeration(name, field):
                found += 1
                assert (spec.get("list") or spec.get("map") or spec)["type"] == "string"
    assert found > 100


GO = """package v1

import (
	core "k8s.io/api/core/v1"
)

// Mode is how it is done.
// +enum
type Mode string

const (
	// ModeFast is quick.
	// It costs more.
	ModeFast Mode = "Fast"
	ModeSlow = Mode("Slow")
	// ModeOld is the former name of the quick one.
	ModeOld = ModeFast
	ModeProtocol = Mode(core.ProtocolTCP)
	Other = "Other" + "s"
)

// Plain has no marker.
type Plain string

const PlainOne Plain = "One"
"""
CORE_GO = """package v1

const ProtocolTCP Protocol = "TCP"
"""


def test_values_are_read_from_the_types_of_upstream(tmp_path):
    """Constants of the type, of a conversion, of another constant; the longest comment counts."""
    texts = {"api/x/v1": GO, "api/core/v1": CORE_GO}
    for name, text in texts.items():
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "types.go").write_text(text)
    read = [make_enumerations.package(tmp_path / name, tmp_path) for name in texts]
    fast = "is the former name of the quick one."
    assert make_enumerations.values(read) == {
        "io.k8s.api.x.v1.Mode": [("Fast", fast), ("Slow", ""), ("TCP", "")]
    }
