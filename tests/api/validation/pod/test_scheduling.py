"""Affinity, tolerations, spread constraints and gates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.validation.pod.builders import pod_errors, template_errors

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
SPREAD = {"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}


def _node(**requirement: Any) -> dict[str, Any]:
    term = {"matchExpressions": [requirement]}
    return {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}}


@pytest.mark.parametrize(
    ("affinity", "expected"),
    [
        (_node(key="a", operator="In", values=["b"]), []),
        (
            _node(key="a", operator="In"),
            ["values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
        ),
        (_node(key="a", operator="Exists", values=["b c"]), ["values: Forbidden", "values[0]: "]),
        ({"nodeAffinity": {PREFERRED: [{"weight": 101}]}}, ["weight: Invalid value: 101"]),
        (
            {"podAntiAffinity": {REQUIRED: [{"labelSelector": {}}]}},
            ["topologyKey: Required value: can not be empty", "topologyKey: ", "topologyKey: "],
        ),
        (
            {"podAffinity": {REQUIRED: [{"topologyKey": "z", "matchLabelKeys": ["a"]}]}},
            ["matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"],
        ),
    ],
)
def test_affinity(affinity: dict[str, Any], expected: list[str]) -> None:
    """Terms, requirements and weights are checked, each at its own path."""
    found = pod_errors(affinity=affinity)
    assert len(found) == len(expected)
    assert all(want in text for want, text in zip(expected, found, strict=True))


def test_a_key_stands_in_one_place() -> None:
    """A key in matchLabelKeys may not be in the selector as well, once it is merged."""
    constraint = {
        **SPREAD,
        "matchLabelKeys": ["app"],
        "labelSelector": {"matchLabels": {"app": "x"}},
    }
    text = 'Invalid value: "app": exists in both matchLabelKeys and labelSelector'
    assert pod_errors(topologySpreadConstraints=[constraint]) == [
        f"spec.topologySpreadConstraints[0][0]: {text}"
    ]
    assert template_errors(topologySpreadConstraints=[constraint]) == []


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"key": "a", "operator": "Exists"}, None),
        ({"operator": "Exists"}, None),
        ({"key": "a", "value": "b c"}, 'operator: Invalid value: "b c": a valid label must'),
        (
            {"key": "a", "operator": "Gt", "value": "1"},
            'operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"',
        ),
    ],
)
def test_tolerations(toleration: dict[str, Any], expected: str | None) -> None:
    """Operators and values fit together."""
    found = pod_errors(tolerations=[toleration])
    assert len(found) == (0 if expected is None else 1)
    assert all(f"spec.tolerations[0].{expected}" in text for text in found)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"schedulingGates": [{"name": "a"}, {"name": "a"}]}, "schedulingGates[1]: Duplicate"),
        (
            {"schedulingGates": [{"name": "a"}], "nodeName": "n"},
            "nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
        ),
        (
            {"topologySpreadConstraints": [{**SPREAD, "minDomains": 0}]},
            "topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than zero",
        ),
        ({"priorityClassName": "A"}, 'priorityClassName: Invalid value: "A"'),
        ({"activeDeadlineSeconds": 2**31}, "activeDeadlineSeconds: Invalid value: 2147483648"),
        ({"preemptionPolicy": "X"}, 'preemptionPolicy: Unsupported value: "X"'),
        ({"hostAliases": [{"ip": "x"}]}, "hostAliases[0].ip: Invalid value"),
        (
            {"dnsPolicy": "None"},
            "dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
        ),
        ({"dnsConfig": {"options": [{}]}}, "dnsConfig.options[0]: Required value: must not be"),
        ({"dnsConfig": {"searches": ["a b"]}}, 'dnsConfig.searches[0]: Invalid value: "a b"'),
        ({"hostUsers": False, "hostPID": True}, "HostPID: Forbidden: when `hostUsers` is false"),
        (
            {"resourceClaims": [{"name": "c"}]},
            (
                'resourceClaims[0]: Invalid value: {"Name":"c","ResourceClaimName":null,'
                '"ResourceClaimTemplateName":null}: must specify one of'
            ),
        ),
    ],
)
def test_fields_of_the_spec(fields: dict[str, Any], expected: str) -> None:
    """Single fields of the spec."""
    (found,) = pod_errors(**fields)
    assert found.startswith(f"spec.{expected}")


def test_errors_keep_upstreams_order() -> None:
    """Volumes come before containers, these before the rest of the spec."""
    found = pod_errors(
        restartPolicy="X", volumes=[{"name": "v", "secret": {}}], tolerations=[{"effect": "Y"}],
        hostname="A", dnsPolicy="Z", initContainers=[{"name": "i"}],
    )  # fmt: skip
    assert [text.split(":")[0] for text in found] == [
        "spec.volumes[0].secret.secretName",
        "spec.initContainers[0].image",
        "spec.restartPolicy",
        "spec.dnsPolicy",
        "spec.hostname",
        "spec.tolerations[0].operator",
        "spec.tolerations[0].effect",
    ]
