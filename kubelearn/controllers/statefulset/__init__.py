"""StatefulSet: pods with names that stay, in order, each with its own claims."""

from kubelearn.controllers.statefulset.controller import StatefulSetController

__all__ = ["StatefulSetController"]
