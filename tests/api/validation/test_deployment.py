"""Rules of Deployments."""

import pytest

from kubelearn.api.validation import validate
from tests.api.validation.samples import WORKLOAD, after, changed, sample, texts, update

RESOURCE = "deployments.apps"
WEB = sample(RESOURCE, spec=WORKLOAD)
ROLLING = "spec.strategy.rollingUpdate"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "spec.replicas",
            -1,
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        ),
        (
            ROLLING,
            {"maxSurge": 0, "maxUnavailable": "0%"},
            f'{ROLLING}.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
        ),
        (
            f"{ROLLING}.maxUnavailable",
            "150%",
            f'{ROLLING}.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
        ),
        (
            "spec.strategy",
            {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}},
            f"{ROLLING}: Forbidden: may not be specified when strategy `type` is 'Recreate'",
        ),
        (
            "spec.strategy",
            {"type": "BlueGreen"},
            (
                'spec.strategy: Unsupported value: {"Type":"BlueGreen","RollingUpdate":null}: '
                'supported values: "Recreate", "RollingUpdate"'
            ),
        ),
        (
            "spec.progressDeadlineSeconds",
            0,
            "spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds",
        ),
        (
            "spec.selector",
            {},
            "spec.selector: Invalid value: {}: empty selector is invalid for deployment",
        ),
        (
            "spec.template.spec.restartPolicy",
            "Never",
            (
                'spec.template.spec.restartPolicy: Unsupported value: "Never": '
                'supported values: "Always"'
            ),
        ),
    ],
)
def test_one_change_one_error(path, value, expected):
    """Each rule speaks for itself, in upstream's words."""
    assert [expected] == after(RESOURCE, WEB, path, value)


def test_an_empty_spec_lacks_everything_in_upstreams_order():
    """Selector, labels, containers."""
    assert texts(RESOURCE, sample(RESOURCE)) == [
        "spec.selector: Required value",
        (
            "spec.template.metadata.labels: Invalid value: null: "
            "`selector` does not match template `labels`"
        ),
        "spec.template.spec.containers: Required value",
    ]


def test_the_selector_stays():
    """Selector and labels changed together are still refused."""
    other = changed(WEB, "spec.template.metadata.labels.app", "b")
    assert texts(RESOURCE, changed(other, "spec.selector", {"matchLabels": {"app": "b"}}), WEB) == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable'
    ]


def test_replicas_may_change():
    """Scaling is an update without errors."""
    assert update(RESOURCE, WEB, "spec.replicas", 7) == []


def test_counters_of_the_status_fit_each_other():
    """No more ready replicas than replicas."""
    new = changed(WEB, "status", {"replicas": 1, "readyReplicas": 2})
    assert texts(RESOURCE, new, WEB, "status") == [
        "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas"
    ]


def test_an_update_repeats_what_registry_and_kind_both_find():
    """Upstream lists a changed uid twice among the causes."""
    new = changed(WEB, "metadata.uid", "other")
    assert len(validate(RESOURCE, new, WEB)) == 2
