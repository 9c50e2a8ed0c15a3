"""Another number of replicas in the middle of a rollout."""

from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment import scaling


class Rollout:
    """A rollout that only notes what is resized."""

    def __init__(self, replicas, new, *olds):
        self.replicas, self.new, self.olds = replicas, new, list(olds)
        self.every = [*olds, new]
        self.resized = {}

    def resize(self, replicaset, size):
        """Note it."""
        self.resized[replicaset["metadata"]["name"]] = size
        return True


def replicaset(name, size, desired):
    """A ReplicaSet of this size that was made for a Deployment of another."""
    annotations = {rs.DESIRED: str(desired)}
    status = {"availableReplicas": size}
    return {
        "metadata": {"name": name, "annotations": annotations},
        "spec": {"replicas": size},
        "status": status,
    }


def test_a_full_new_replicaset_makes_all_others_needless():
    """What is left of old templates goes at once."""
    rollout = Rollout(3, replicaset("c", 3, 3), replicaset("a", 1, 2), replicaset("b", 2, 2))
    scaling.sync_size(rollout)
    assert rollout.resized == {"a": 0, "b": 0}


def test_also_when_none_at_all_is_wanted():
    """An empty new ReplicaSet is full then: no old one is spared in its place."""
    rollout = Rollout(0, replicaset("c", 0, 0), replicaset("a", 1, 2), replicaset("b", 2, 2))
    scaling.sync_size(rollout)
    assert rollout.resized == {"a": 0, "b": 0}
