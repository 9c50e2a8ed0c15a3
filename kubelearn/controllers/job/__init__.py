"""Jobs: pods that run to their end, as many as are asked for."""

from kubelearn.controllers.job.controller import JobController

__all__ = ["JobController"]
