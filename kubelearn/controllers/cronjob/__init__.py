"""CronJobs: Jobs made by the clock."""

from kubelearn.controllers.cronjob.controller import CronJobController

__all__ = ["CronJobController"]
