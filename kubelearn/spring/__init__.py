"""Spring: Spring Cloud Gateway as a workload, and Eureka, which Kubernetes replaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.runtime.part import Context
from kubelearn.spring.apps import SpringApps
from kubelearn.spring.eureka_servers import Eureka
from kubelearn.spring.gateways import SpringGateways

SPRING: tuple[Callable[[Context], Any], ...] = (SpringApps, Eureka, SpringGateways)
"""The parts of Spring, in the order in which they are made."""
