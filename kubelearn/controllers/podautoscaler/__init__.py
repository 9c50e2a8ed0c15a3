"""The HorizontalPodAutoscaler v2: metrics → ratio → replicas → window → limits → scale."""

from kubelearn.controllers.podautoscaler.horizontal import HorizontalController

__all__ = ["HorizontalController"]
