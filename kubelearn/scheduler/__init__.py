"""kube-scheduler: where each pod runs, and why."""

from kubelearn.scheduler.checks import Report, check
from kubelearn.scheduler.configuration import Configuration, ConfigurationError, configure
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.scheduler import Scheduler
from kubelearn.scheduler.status import Status, unresolvable, unschedulable

__all__ = [
    "PLUGINS",
    "Configuration",
    "ConfigurationError",
    "Profile",
    "Report",
    "Scheduler",
    "Status",
    "check",
    "configure",
    "unresolvable",
    "unschedulable",
]
