"""What a cloud provider adds to a cluster: load balancers, and the controllers that make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.cloud.aws.acm import Certificates
from kubelearn.cloud.aws.controller.ingress_controller import IngressController
from kubelearn.cloud.aws.controller.service_controller import ServiceController
from kubelearn.cloud.aws.elb import LoadBalancers
from kubelearn.runtime.part import Context

CLOUD: tuple[Callable[[Context], Any], ...] = (Certificates, LoadBalancers)
"""The parts of a cloud that a cluster may use."""

CLOUD_CONTROLLERS: dict[str, Callable[[Context], Any]] = {
    "aws-service": ServiceController,
    "aws-ingress": IngressController,
}
"""The controllers of add-ons that turn objects into what a cloud has."""
