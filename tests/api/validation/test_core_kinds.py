"""Rules of ConfigMaps, Secrets, Namespaces, Nodes, ServiceAccounts and EndpointSlices."""

import base64

import pytest

from kubelearn.api.validation.secret import json_problem
from tests.api.validation.samples import sample, texts, update

SEALED = "Forbidden: field is immutable when `immutable` is set"
NODE = sample("nodes", spec={"podCIDR": "10.1.0.0/24"})
SLICE = {"addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"]}]}


@pytest.mark.parametrize(
    ("resource", "fields", "expected"),
    [
        (
            "configmaps",
            {"data": {"a": "b"}, "binaryData": {"a": "YQ=="}},
            ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
        ),
        (
            "configmaps",
            {"data": {"..": "x"}},
            ["data[..]: Invalid value: \"..\": must not be '..'"],
        ),
        (
            "secrets",
            {"type": "kubernetes.io/tls"},
            ["data[tls.crt]: Required value", "data[tls.key]: Required value"],
        ),
        (
            "secrets",
            {"type": "kubernetes.io/service-account-token"},
            ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
        ),
        (
            "namespaces",
            {"spec": {"finalizers": ["nodomain"]}},
            [
                (
                    'spec.finalizers: Invalid value: "nodomain": name is neither a standard '
                    "finalizer name nor is it fully qualified"
                )
            ],
        ),
        (
            "nodes",
            {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}] * 2}},
            [
                (
                    'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":'
                    '"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair'
                )
            ],
        ),
        (
            "nodes",
            {"status": {"capacity": {"pods": "1500m"}, "allocatable": {}}},
            ['status.capacity.pods: Invalid value: "1500m": must be an integer'],
        ),
        (
            "endpointslices.discovery.k8s.io",
            {**SLICE, "endpoints": [{"addresses": []}]},
            ["endpoints[0].addresses: Required value: must contain at least 1 address"],
        ),
        (
            "endpointslices.discovery.k8s.io",
            {**SLICE, "ports": [{"port": 1}, {"port": 2}]},
            ['ports[1].name: Duplicate value: ""'],
        ),
    ],
)
def test_new_objects(resource, fields, expected):
    """What is wrong with a new object, in upstream's words."""
    assert expected == texts(resource, sample(resource, **fields))


@pytest.mark.parametrize("resource", ["configmaps", "secrets"])
def test_what_is_sealed_stays(resource):
    """Neither the data nor the seal itself may change."""
    old = sample(resource, immutable=True, data={"a": "YQ=="})
    assert [f"data: {SEALED}"] == update(resource, old, "data.a", "Yg==")
    assert [f"immutable: {SEALED}"] == update(resource, old, "immutable", False)


def test_the_type_of_a_secret_stays():
    """It says what the data must hold."""
    errors = update("secrets", sample("secrets"), "type", "x.io/y")
    assert errors == ['type: Invalid value: "x.io/y": field is immutable']


def test_the_range_of_a_node_stays():
    """`podCIDR` is the first of `podCIDRs`, which is what the error is about."""
    assert update("nodes", NODE, "spec.podCIDR", "10.2.0.0/24") == [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid'
    ]


def test_the_address_type_of_a_slice_stays():
    """IPv4 does not become IPv6."""
    old = sample("endpointslices.discovery.k8s.io", addressType="IPv4", endpoints=[])
    errors = update("endpointslices.discovery.k8s.io", old, "addressType", "IPv6")
    assert errors == ['addressType: Invalid value: "IPv6": field is immutable']


def test_a_namespace_is_active_until_it_is_deleted():
    """Its phase follows from its deletion."""
    old = sample("namespaces")
    errors = texts("namespaces", {**old, "status": {"phase": "Gone"}}, old, "status")
    assert errors == [
        (
            "status.Phase: Invalid value: \"Gone\": may only be 'Active' if "
            "`deletionTimestamp` is empty"
        )
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", ""),
        ("", "unexpected end of JSON input"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("{x", "invalid character 'x' looking for beginning of object key string"),
        ("[1]", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ],
)
def test_docker_configurations_are_json(text, problem):
    """The words are those of Go's decoder."""
    assert problem == json_problem(text)
    coded = base64.b64encode(text.encode()).decode()
    secret = sample("secrets", type="kubernetes.io/dockercfg", data={".dockercfg": coded})
    path = "data[.dockercfg]: Invalid value"
    expected = [f'{path}: "<secret contents redacted>": {problem}'] if problem else []
    assert expected == texts("secrets", secret)
