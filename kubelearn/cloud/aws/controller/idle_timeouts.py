"""How long a balancer keeps a quiet connection, from the attributes of annotations.

Source: Elastic Load Balancing user guides, "Edit attributes" and "Update the TCP idle timeout";
aws-load-balancer-controller 3.5 `pkg/service/model_build_listener.go`: an NLB has one for each
listener, an ALB one for all.
"""

from __future__ import annotations

from kubelearn.cloud.aws.controller.annotations import Annotations, mapping
from kubelearn.cloud.aws.controller.durations import duration

FLOWS, FLOW_ATTRIBUTE = range(60, 6001), "tcp.idle_timeout.seconds"
REQUESTS, REQUEST_ATTRIBUTE = range(1, 4001), "idle_timeout.timeout_seconds"
FLOW_DEFAULT, REQUEST_DEFAULT = 350, 60
"""Seconds of an NLB (TCP and TLS) and of an ALB."""


def of_flows(annotations: Annotations, protocol: str, port: int) -> int:
    """Nanoseconds of a listener of an NLB."""
    name = f"listener-attributes.{protocol}-{port}"
    said = mapping(annotations.get(name, ""), name)
    return duration(said, FLOW_ATTRIBUTE, FLOWS, FLOW_DEFAULT)


def of_requests(said: Annotations) -> int:
    """Nanoseconds of an ALB, from its attributes."""
    return duration(said, REQUEST_ATTRIBUTE, REQUESTS, REQUEST_DEFAULT)
