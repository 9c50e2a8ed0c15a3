"""Rules of ReplicaSets, StatefulSets and DaemonSets where they differ from Deployments."""

import pytest

from kubelearn.api.validation import warnings
from tests.api.validation.samples import WORKLOAD, after, sample, texts, update

MISMATCH = (
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: '
    "`selector` does not match template `labels`"
)
SELECTOR = {"matchLabels": {"app": "web", "x": "y"}}
FIXED = 'spec.selector: Invalid value: {"matchLabels":{"app":"web","x":"y"}}: field is immutable'
STATEFUL = sample("statefulsets.apps", spec=WORKLOAD)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [("replicasets.apps", [MISMATCH, FIXED]), ("daemonsets.apps", [FIXED, MISMATCH])],
)
def test_a_changed_selector_is_told_in_each_kinds_order(resource, expected):
    """A DaemonSet speaks of the selector first."""
    old = sample(resource, spec=WORKLOAD)
    assert expected == update(resource, old, "spec.selector", SELECTOR)


def test_a_daemonset_updates_one_way_only():
    """Surge and unavailability exclude each other."""
    rolling = {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}
    daemonset = sample("daemonsets.apps", spec={**WORKLOAD, "updateStrategy": rolling})
    assert texts("daemonsets.apps", daemonset) == [
        (
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: "
            "may not be set when maxUnavailable is non-zero"
        )
    ]


def test_a_statefulsets_name_is_a_label():
    """Its pods' host names begin with it."""
    assert after("statefulsets.apps", STATEFUL, "metadata.name", "a.b") == [
        'metadata.name: Invalid value: "a.b": must not contain dots'
    ]


def test_a_statefulset_names_its_service_by_a_label():
    """One that was stored with another name is left alone."""
    wrong = after("statefulsets.apps", STATEFUL, "spec.serviceName", "a.b")
    assert wrong == ['spec.serviceName: Invalid value: "a.b": must not contain dots']
    stored = {**STATEFUL, "spec": {**STATEFUL["spec"], "serviceName": "a.b"}}
    assert update("statefulsets.apps", stored, "spec.replicas", 2) == []


def test_most_of_a_statefulset_is_fixed():
    """The refusal lists what may change."""
    errors = update("statefulsets.apps", STATEFUL, "spec.serviceName", "other")
    assert len(errors) == 1
    assert errors[0].startswith(
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', "
    )


def test_claims_count_as_volumes_of_the_template():
    """A claim without a name is a volume without a name."""
    claim = {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}}
    }
    errors = after("statefulsets.apps", STATEFUL, "spec.volumeClaimTemplates", [claim])
    path = "spec.template.spec.volumes[0]"
    assert [
        f"{path}.persistentVolumeClaim.claimName: Required value",
        f"{path}.name: Required value",
    ] == errors


def test_an_endless_history_is_only_warned_of():
    """A negative limit is allowed."""
    old = sample("statefulsets.apps", spec={**WORKLOAD, "revisionHistoryLimit": -1})
    assert texts("statefulsets.apps", old) == []
    assert warnings("statefulsets.apps", old)[0].startswith("spec.revisionHistoryLimit: ")
