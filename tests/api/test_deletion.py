"""What a DELETE does to an object."""

from kubelearn.api.deletion import deletion_of
from tests.api.fresh import pod


def test_a_shorter_grace_period_wins():
    """A longer one later is ignored."""
    bound = {**pod(nodeName="n"), "status": {"phase": "Running"}}
    marked = deletion_of("pods", bound, 0, 20, None)
    assert marked is deletion_of("pods", marked, 0, 50, None)
    shorter = deletion_of("pods", marked, 0, 5, None)
    assert shorter["metadata"]["deletionGracePeriodSeconds"] == 5
