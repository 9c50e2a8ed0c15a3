"""Ready clusters: from the dump of a real one."""

from kubelearn.scenarios.dump import load_dump

__all__ = ["load_dump"]
