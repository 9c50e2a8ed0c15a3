"""Who owns a claim, by the retention policy."""

from kubelearn.controllers.statefulset.claims import (
    Owners,
    Retention,
    is_stale,
    owners_of_claim,
)


def test_the_set_owns_claims_that_go_with_it():
    """WhenDeleted Delete, ordinal in range."""
    assert Owners(pod=False, set=True) == owners_of_claim(Retention(False, True), condemned=False)


def test_a_condemned_pod_owns_what_goes_with_it():
    """WhenScaled Delete goes before whenDeleted Delete."""
    assert Owners(pod=True, set=False) == owners_of_claim(Retention(True, True), condemned=True)


def test_a_claim_of_the_earlier_pod_is_stale():
    """It will be collected, so the new pod has to wait."""
    owner = {"kind": "Pod", "name": "db-1", "uid": "old"}
    claim = {"metadata": {"ownerReferences": [owner]}}
    assert is_stale({"metadata": {"name": "db-1"}}, [claim])
    assert not is_stale({"metadata": {"name": "db-1", "uid": "old"}}, [claim])
