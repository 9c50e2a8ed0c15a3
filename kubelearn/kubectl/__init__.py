"""kubectl's texts, made without the binary."""

from kubelearn.kubectl.client import Client, Reply
from kubelearn.kubectl.run import VERBS, execute, run

__all__ = ["VERBS", "Client", "Reply", "execute", "run"]
