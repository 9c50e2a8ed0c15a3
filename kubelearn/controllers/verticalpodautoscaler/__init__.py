"""The vertical pod autoscaler: recommendations of requests from what was used."""

from kubelearn.controllers.verticalpodautoscaler.recommender import Recommender

__all__ = ["Recommender"]
