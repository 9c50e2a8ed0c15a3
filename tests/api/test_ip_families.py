"""IP families of Services on a cluster that has IPv4 alone."""

import pytest

from kubelearn.api.ip_families import with_families


def causes(spec, before=None):
    """Path and text of what is wrong."""
    _, errors = with_families({"type": "ClusterIP", **spec}, before)
    return [(error.field, error.body) for error in errors]


@pytest.mark.parametrize(
    ("spec", "field", "text"),
    [
        (
            {"clusterIPs": ["10.96.5.5"]},
            "clusterIPs",
            'Invalid value: ["10.96.5.5"]: must be empty when `clusterIP` is not specified',
        ),
        (
            {"clusterIP": "10.96.5.5", "clusterIPs": ["10.96.5.6"]},
            "clusterIPs",
            'Invalid value: ["10.96.5.6"]: first value must match `clusterIP`',
        ),
        (
            {"ipFamilies": ["IPv5"]},
            "ipFamilies[0]",
            'Unsupported value: "IPv5": supported values: "IPv4", "IPv6"',
        ),
        ({"ipFamilies": ["IPv6"]}, "ipFamilies[0]", 'Invalid value: "IPv6": not configured on'),
        (
            {"ipFamilies": ["IPv4", "IPv6"]},
            "ipFamilyPolicy",
            (
                "Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' "
                "when multiple IP families are specified"
            ),
        ),
        (
            {"clusterIP": "fd00::1", "clusterIPs": ["fd00::1"]},
            "clusterIPs[0]",
            'Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster',
        ),
        (
            {"ipFamilyPolicy": ""},
            "ipFamilyPolicy",
            'Unsupported value: "": supported values: "PreferDualStack", "RequireDualStack"',
        ),
    ],
)
def test_what_cannot_be_had_is_refused(spec, field, text):
    """Before anything else of the Service is looked at."""
    [(found, body)] = causes(spec)
    assert found == f"spec.{field}"
    assert body.startswith(text)


def test_both_policy_and_families_are_refused_on_one_stack():
    """The policy first."""
    found = causes({"ipFamilyPolicy": "RequireDualStack", "ipFamilies": ["IPv4", "IPv6"]})
    assert [field for field, _ in found] == ["spec.ipFamilyPolicy", "spec.ipFamilies[1]"]


def test_a_headless_service_without_selector_names_both_families():
    """Its endpoints are not of this cluster."""
    spec, errors = with_families({"clusterIP": "None", "clusterIPs": ["None"]}, None)
    assert (spec["ipFamilies"], errors) == (["IPv4", "IPv6"], [])


def test_going_back_to_one_stack_drops_the_second_family():
    """Where the writer has not changed the list."""
    before = {"ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv4", "IPv6"]}
    spec, errors = with_families({**before, "ipFamilyPolicy": "SingleStack"}, before)
    assert (spec["ipFamilies"], errors) == (["IPv4"], [])


def test_a_second_family_is_not_dropped_in_passing():
    """The policy has to say so."""
    before = {"ipFamilyPolicy": "RequireDualStack", "ipFamilies": ["IPv4", "IPv6"]}
    [found] = causes({**before, "ipFamilies": ["IPv4"]}, before)[:1]
    assert found[1].endswith("must be 'SingleStack' to release the secondary IP family")
