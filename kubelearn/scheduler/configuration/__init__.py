"""KubeSchedulerConfiguration: what a scheduler's profiles are, in the file format of the real one.

`configure` reads a path, YAML text or a dict, fills in the defaults, checks everything, and makes
the profiles; the first thing that is wrong is a `ConfigurationError` with the field's path.
"""

from kubelearn.scheduler.configuration.configure import Configuration, configure
from kubelearn.scheduler.configuration.error import ConfigurationError

__all__ = ["Configuration", "ConfigurationError", "configure"]
