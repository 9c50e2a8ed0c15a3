"""kube-scheduler: where each pod runs, and why."""

from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.scheduler import Scheduler
from kubelearn.scheduler.status import Status, unresolvable, unschedulable

__all__ = ["PLUGINS", "Profile", "Scheduler", "Status", "unresolvable", "unschedulable"]
