"""Deployment: rolls templates out over ReplicaSets, and back."""

from kubelearn.controllers.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
