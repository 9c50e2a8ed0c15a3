"""The cluster autoscaler: nodes for pods that find no place, and fewer when they stand idle."""

from kubelearn.controllers.clusterautoscaler.autoscaler import ClusterAutoscaler

__all__ = ["ClusterAutoscaler"]
