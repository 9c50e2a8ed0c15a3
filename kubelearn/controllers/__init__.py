"""The controllers: each brings one kind of object nearer to its spec.

A new controller is its file and one line here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.controllers.attach_detach import AttachDetachController
from kubelearn.controllers.clusterautoscaler import ClusterAutoscaler
from kubelearn.controllers.cronjob import CronJobController
from kubelearn.controllers.csi_drivers import CSIDrivers
from kubelearn.controllers.daemonset import DaemonSetController
from kubelearn.controllers.deployment import DeploymentController
from kubelearn.controllers.disruption import DisruptionController
from kubelearn.controllers.endpointslice import EndpointSliceController
from kubelearn.controllers.endpointslice_mirroring import EndpointSliceMirroringController
from kubelearn.controllers.garbage_collector import GarbageCollector
from kubelearn.controllers.job import JobController
from kubelearn.controllers.metrics_server import MetricsServer
from kubelearn.controllers.namespace import NamespaceController
from kubelearn.controllers.node_lifecycle import NodeLifecycleController
from kubelearn.controllers.persistentvolume import PersistentVolumeController
from kubelearn.controllers.pod_gc import PodGCController
from kubelearn.controllers.podautoscaler import HorizontalController
from kubelearn.controllers.replicaset import ReplicaSetController
from kubelearn.controllers.replication_controller import ReplicationControllerController
from kubelearn.controllers.resource_quota import ResourceQuotaController
from kubelearn.controllers.serviceaccount import ServiceAccountController
from kubelearn.controllers.statefulset import StatefulSetController
from kubelearn.controllers.taint_eviction import TaintEvictionController
from kubelearn.controllers.ttl_after_finished import TTLAfterFinishedController
from kubelearn.controllers.verticalpodautoscaler import Recommender
from kubelearn.controllers.volume_protection import ClaimProtection, VolumeProtection
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
    "horizontal-pod-autoscaler": HorizontalController,
    "statefulset": StatefulSetController,
    "replicationcontroller": ReplicationControllerController,
    "disruption": DisruptionController,
    "resource-quota": ResourceQuotaController,
    "endpointslice-mirroring": EndpointSliceMirroringController,
    "persistentvolume-binder": PersistentVolumeController,
    "csi-drivers": CSIDrivers,
    "attachdetach": AttachDetachController,
    "pvc-protection": ClaimProtection,
    "pv-protection": VolumeProtection,
    "job": JobController,
    "cronjob": CronJobController,
    "ttl-after-finished": TTLAfterFinishedController,
}
"""Those of kube-controller-manager."""

ADDED: dict[str, Callable[[Context], Any]] = {
    "metrics-api": MetricsServer,
    "cluster-autoscaler": ClusterAutoscaler,
    "vpa-recommender": Recommender,
}
"""Those that add-ons bring; without their add-on they do nothing."""
