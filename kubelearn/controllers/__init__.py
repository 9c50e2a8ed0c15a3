"""The controllers of kube-controller-manager: each brings one kind of object nearer to its spec.

A new controller is its file and one line here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.controllers.daemonset import DaemonSetController
from kubelearn.controllers.deployment import DeploymentController
from kubelearn.controllers.endpointslice import EndpointSliceController
from kubelearn.controllers.garbage_collector import GarbageCollector
from kubelearn.controllers.namespace import NamespaceController
from kubelearn.controllers.node_lifecycle import NodeLifecycleController
from kubelearn.controllers.pod_gc import PodGCController
from kubelearn.controllers.replicaset import ReplicaSetController
from kubelearn.controllers.serviceaccount import ServiceAccountController
from kubelearn.controllers.taint_eviction import TaintEvictionController
from kubelearn.runtime.part import Context

CONTROLLERS: dict[str, Callable[[Context], Any]] = {
    "replicaset": ReplicaSetController,
    "deployment": DeploymentController,
    "taint-eviction": TaintEvictionController,
    "daemonset": DaemonSetController,
    "endpointslice": EndpointSliceController,
    "garbage-collector": GarbageCollector,
    "namespace": NamespaceController,
    "serviceaccount": ServiceAccountController,
    "node-lifecycle": NodeLifecycleController,
    "pod-gc": PodGCController,
}
