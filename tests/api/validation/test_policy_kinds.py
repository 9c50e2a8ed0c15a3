"""Rules of autoscalers, budgets, priorities, ranges, quotas, roles, leases and events."""

import pytest

from tests.api.validation.samples import sample, texts, update

TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
HPA = "horizontalpodautoscalers.autoscaling"
RBAC = "rbac.authorization.k8s.io"
PODS_METRIC = {"metric": {"name": "x"}, "target": {"type": "AverageValue", "averageValue": "1"}}
CPU = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            {},
            [
                "spec.maxReplicas: Required value: must be set and greater than 0",
                (
                    "spec.maxReplicas: Invalid value: 0: must be greater than or equal to "
                    "`minReplicas`"
                ),
            ],
        ),
        (
            {"maxReplicas": 5, "scaleTargetRef": {**TARGET, "apiVersion": "v1"}},
            [
                (
                    'spec.scaleTargetRef.apiVersion: Invalid value: "v1": '
                    "apiVersion must specify API group"
                )
            ],
        ),
        (
            {
                "maxReplicas": 5,
                "metrics": [{"type": "Resource", "resource": CPU, "pods": PODS_METRIC}],
            },
            ["spec.metrics[0].pods: Forbidden: must populate the given metric source only"],
        ),
        (
            {"maxReplicas": 5, "behavior": {"scaleUp": {"policies": []}}},
            ["spec.behavior.scaleUp.policies: Required value: must specify at least one Policy"],
        ),
        (
            {"maxReplicas": 5, "behavior": {"scaleDown": {"tolerance": "-1"}}},
            [
                (
                    'spec.behavior.scaleDown.tolerance: Invalid value: "-1": '
                    "must be greater than or equal to 0"
                )
            ],
        ),
    ],
)
def test_autoscalers(spec, expected):
    """What is wrong with a new autoscaler."""
    autoscaler = sample(HPA, spec={"scaleTargetRef": TARGET, **spec})
    assert expected == texts(HPA, autoscaler)


@pytest.mark.parametrize(
    ("resource", "fields", "expected"),
    [
        (
            "poddisruptionbudgets.policy",
            {"spec": {"minAvailable": "120%"}},
            ['spec.minAvailable: Invalid value: "120%": must not be greater than 100%'],
        ),
        (
            "poddisruptionbudgets.policy",
            {"spec": {"minAvailable": 1, "maxUnavailable": 1}},
            [
                (
                    'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,'
                    '"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be '
                    "both set"
                )
            ],
        ),
        (
            "priorityclasses.scheduling.k8s.io",
            {"value": 2_000_000_000},
            ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
        ),
        (
            "limitranges",
            {"spec": {"limits": [{"type": "Container", "maxLimitRequestRatio": {"cpu": "500m"}}]}},
            [
                (
                    'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": '
                    "ratio 500m is less than 1"
                )
            ],
        ),
        (
            "resourcequotas",
            {"spec": {"hard": {"requests.cpu": "1"}, "scopes": ["BestEffort"]}},
            ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
        ),
        (
            f"roles.{RBAC}",
            {"rules": [{"apiGroups": [""], "verbs": ["get"]}]},
            [
                (
                    "rules[0].resources: Required value: "
                    "resource rules must supply at least one resource"
                )
            ],
        ),
        (
            f"rolebindings.{RBAC}",
            {"roleRef": {"kind": "Deployment", "name": "r"}},
            [
                (
                    'roleRef.kind: Unsupported value: "Deployment": '
                    'supported values: "Role", "ClusterRole"'
                )
            ],
        ),
        (
            "leases.coordination.k8s.io",
            {"spec": {"leaseDurationSeconds": 0}},
            ["spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"],
        ),
        (
            "events",
            {"involvedObject": {"kind": "Pod", "namespace": "other"}},
            ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
        ),
    ],
)
def test_new_objects(resource, fields, expected):
    """What is wrong with a new object, in upstream's words."""
    assert expected == texts(resource, sample(resource, **fields))


def test_the_value_of_a_priority_stays():
    """Pods carry it already."""
    old = sample("priorityclasses.scheduling.k8s.io", value=10)
    errors = update("priorityclasses.scheduling.k8s.io", old, "value", 11)
    assert errors == ["value: Forbidden: may not be changed in an update."]


def test_a_binding_keeps_its_role():
    """Another role is another binding."""
    old = sample(f"rolebindings.{RBAC}", roleRef={"kind": "Role", "name": "r"})
    assert [
        (
            f'roleRef: Invalid value: {{"APIGroup":"{RBAC}","Kind":"Role","Name":"q"}}: '
            "cannot change roleRef"
        )
    ] == update(f"rolebindings.{RBAC}", old, "roleRef.name", "q")
