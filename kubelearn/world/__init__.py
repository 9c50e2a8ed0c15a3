"""The composition root: a whole cluster, its commands, its forks and its past."""

from kubelearn.world.answer import Answer
from kubelearn.world.world import World

__all__ = ["Answer", "World"]
