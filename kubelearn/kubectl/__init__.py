"""kubectl's texts, made without the binary."""

from kubelearn.kubectl.run import VERBS, run

__all__ = ["VERBS", "run"]
