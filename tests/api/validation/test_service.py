"""Rules of Services."""

import pytest

from kubelearn.api.validation import warnings
from tests.api.validation.samples import after, sample, texts, update

SPEC = {
    "selector": {"app": "web"},
    "ports": [{"name": "a", "port": 80}],
    "clusterIP": "10.96.0.9",
    "clusterIPs": ["10.96.0.9"],
    "ipFamilies": ["IPv4"],
    "ipFamilyPolicy": "SingleStack",
}
WEB = sample("services", spec=SPEC)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("spec.ports", [], "spec.ports: Required value"),
        (
            "spec.ports",
            [{"port": 80}, {"name": "b", "port": 81}],
            "spec.ports[0].name: Required value",
        ),
        (
            "spec.ports",
            [{"name": "a", "port": 80}, {"name": "b", "port": 80}],
            (
                'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,'
                '"Port":80,"TargetPort":0,"NodePort":0}'
            ),
        ),
        (
            "spec.externalIPs",
            ["127.0.0.1"],
            (
                'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range '
                "(127.0.0.0/8, ::1/128)"
            ),
        ),
        (
            "spec.ipFamilies",
            ["IPv4", "IPv4"],
            'spec.ipFamilies[1]: Duplicate value: "IPv4"',
        ),
        (
            "spec.externalTrafficPolicy",
            "Local",
            (
                'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for '
                "externally-accessible services"
            ),
        ),
        (
            "spec.loadBalancerClass",
            "x.io/a",
            "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
        ),
        (
            "spec.trafficDistribution",
            "Nearby",
            (
                'spec.trafficDistribution: Unsupported value: "Nearby": supported values: '
                '"PreferClose", "PreferSameZone", "PreferSameNode"'
            ),
        ),
        (
            "spec.sessionAffinity",
            "Cookie",
            (
                'spec.sessionAffinity: Unsupported value: "Cookie": supported values: '
                '"ClientIP", "None"'
            ),
        ),
    ],
)
def test_one_change_one_error(path, value, expected):
    """Each rule speaks for itself, in upstream's words."""
    assert [expected] == after("services", WEB, path, value)


def test_an_external_name_has_no_addresses():
    """All address fields are named."""
    service = sample("services", spec={**SPEC, "type": "ExternalName", "externalName": "a.b"})
    assert [
        f"spec.{name}: Forbidden: may not be set for ExternalName services"
        for name in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
    ] == texts("services", service)


def test_the_address_stays():
    """An allocated address does not change."""
    spec = {**WEB["spec"], "clusterIP": "10.96.5.5", "clusterIPs": ["10.96.5.5"]}
    assert update("services", WEB, "spec", spec) == [
        'spec.clusterIPs[0]: Invalid value: ["10.96.5.5"]: may not change once set'
    ]


def test_a_status_needs_a_load_balancer():
    """Other types have no addresses of load balancers."""
    new = {**WEB, "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4", "ipMode": "VIP"}]}}}
    errors = texts("services", new, WEB, "status")
    assert [e.rpartition(": ")[0] for e in errors] == ["status.loadBalancer.ingress: Forbidden"]


def test_addresses_from_outside_are_warned_of():
    """They are deprecated, and ignored where there is nothing to reach them by."""
    outside = {**SPEC, "externalIPs": ["192.0.2.8"]}
    headless = {**outside, "clusterIP": "None", "clusterIPs": ["None"]}
    found = [warnings("services", sample("services", spec=spec)) for spec in (outside, headless)]
    assert found == [
        ["spec.externalIPs is deprecated"],
        ["spec.externalIPs is ignored for headless services"],
    ]


def test_a_deprecated_distribution_is_warned_of():
    """The old name still works."""
    service = sample("services", spec={**SPEC, "trafficDistribution": "PreferClose"})
    assert warnings("services", service) == [
        'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'
    ]
