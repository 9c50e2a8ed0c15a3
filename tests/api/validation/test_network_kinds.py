"""Rules of Ingresses, IngressClasses and NetworkPolicies, and of addresses."""

import pytest

from kubelearn.api.validation import warnings
from kubelearn.api.validation.ip import BAD_RANGE, legacy_address, legacy_range
from tests.api.validation.samples import after, sample, texts, update

BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
PATH = {"path": "/", "pathType": "Prefix", "backend": BACKEND}
INGRESS = sample(
    "ingresses.networking.k8s.io",
    spec={"rules": [{"host": "a.example.com", "http": {"paths": [PATH]}}]},
)
PLACE = "spec.rules[0].http.paths[0]"
POLICY = sample("networkpolicies.networking.k8s.io", spec={"podSelector": {}})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"path": "x"}, [f'{PLACE}.path: Invalid value: "x": must be an absolute path']),
        ({"path": "/a//b"}, [f"{PLACE}.path: Invalid value: \"/a//b\": must not contain '//'"]),
        ({"pathType": None}, [f"{PLACE}.pathType: Required value: pathType must be specified"]),
        (
            {"backend": {}},
            [f'{PLACE}.backend: Invalid value: "": resource or service backend is required'],
        ),
        (
            {"backend": {"service": {"name": "web", "port": {}}}},
            [f"{PLACE}.backend: Required value: port name or number is required"],
        ),
    ],
)
def test_paths_of_an_ingress(change, expected):
    """One change, one error."""
    rules = [{"http": {"paths": [{**PATH, **change}]}}]
    assert expected == after("ingresses.networking.k8s.io", INGRESS, "spec.rules", rules)


def test_an_empty_ingress_leads_nowhere():
    """Rules or a default backend are needed."""
    assert texts("ingresses.networking.k8s.io", sample("ingresses.networking.k8s.io")) == [
        "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"
    ]


def test_the_old_annotation_is_warned_of_at_creation():
    """The annotation still works."""
    notes = {"kubernetes.io/ingress.class": "nginx"}
    ingress = {**INGRESS, "metadata": {**INGRESS["metadata"], "annotations": notes}}
    assert len(warnings("ingresses.networking.k8s.io", ingress)) == 1
    assert warnings("ingresses.networking.k8s.io", ingress, ingress) == []


def test_the_controller_of_a_class_stays():
    """It says whose the class is."""
    old = sample("ingressclasses.networking.k8s.io", spec={"controller": "x.io/a"})
    errors = update("ingressclasses.networking.k8s.io", old, "spec.controller", "x.io/b")
    assert errors == ['spec.controller: Invalid value: "x.io/b": field is immutable']


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"from": [{}]}, ["spec.ingress[0].from[0]: Required value: must specify a peer"]),
        (
            {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}}]},
            [
                (
                    'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": '
                    "must be a strict subset of `cidr`"
                )
            ],
        ),
        (
            {"ports": [{"port": 80, "endPort": 70}]},
            [
                (
                    "spec.ingress[0].ports[0].endPort: Invalid value: 80: "
                    "must be greater than or equal to `port`"
                )
            ],
        ),
        (
            {"ports": [{"port": "http", "endPort": 70}]},
            [
                (
                    "spec.ingress[0].ports[0].endPort: Invalid value: 70: "
                    "may not be specified when `port` is non-numeric"
                )
            ],
        ),
    ],
)
def test_rules_of_a_policy(rule, expected):
    """One change, one error."""
    assert expected == after("networkpolicies.networking.k8s.io", POLICY, "spec.ingress", [rule])


@pytest.mark.parametrize(
    ("rule", "text", "detail"),
    [
        (legacy_address, "10.0.0.1", ""),
        (legacy_address, "x", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        (legacy_address, "010.0.0.1", "must not have leading 0s"),
        (legacy_address, "::ffff:1.2.3.4", "must not be an IPv4-mapped IPv6 address"),
        (legacy_range, "10.0.0.0/8", ""),
        (legacy_range, "10.0.0.0/33", BAD_RANGE),
        (legacy_range, "10.0.0.0/08", "must not have leading 0s in IP or prefix length"),
        (legacy_range, "10.0.0.5/8", "must not have bits set beyond the prefix length"),
    ],
)
def test_addresses(rule, text, detail):
    """Old fields are stricter for new values."""
    expected = [f'p: Invalid value: "{text}": {detail}'] if detail else []
    assert expected == [str(error) for error in rule(text, "p")]
    assert not detail.startswith("must not") or rule(text, "p", (text,)) == []
