"""Calls and how they travel: the request side of a cluster, free of Kubernetes."""

from kubelearn.traffic.call import Call, Step, Target

__all__ = ["Call", "Step", "Target"]
