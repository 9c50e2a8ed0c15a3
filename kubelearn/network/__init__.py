"""The network of a cluster: addresses, names, Services, and the way of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.network.access_log import AccessLog
from kubelearn.network.dns import Dns
from kubelearn.network.edge import EDGE
from kubelearn.network.ipam import Ipam
from kubelearn.network.kube_proxy import KubeProxies
from kubelearn.network.links import Links
from kubelearn.network.loads import Loads
from kubelearn.network.policies import NetworkPolicies
from kubelearn.network.programs import Programs
from kubelearn.network.requests import Requests
from kubelearn.network.tries import Tries
from kubelearn.runtime.part import Context

NETWORK: tuple[Callable[[Context], Any], ...] = (
    Ipam,
    Links,
    KubeProxies,
    Dns,
    NetworkPolicies,
    AccessLog,
    *EDGE,
    Tries,
    Requests,
    Programs,
    Loads,
)
"""The parts of the network, in the order in which they are made."""
