"""What the Go structs of the API say beyond the schema: names, embedded structs, omitted zeros.

Messages of the decoder name Go types, and a struct that has been read loses the zero values of its
fields marked `omitempty`. The OpenAPI schema has neither, so the differences from the rule are
tables here.

Source: `k8s.io/api/*/types.go`, `apimachinery/pkg/apis/meta/v1/types.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.schema import Field, Type

TEXT_TYPES: Final[dict[str, dict[str, str]]] = {
    "Container": {
        "imagePullPolicy": "PullPolicy",
        "restartPolicy": "ContainerRestartPolicy",
        "terminationMessagePolicy": "TerminationMessagePolicy",
    },
    "EphemeralContainer": {
        "imagePullPolicy": "PullPolicy",
        "restartPolicy": "ContainerRestartPolicy",
        "terminationMessagePolicy": "TerminationMessagePolicy",
    },
    "ContainerPort": {"protocol": "Protocol"},
    "ContainerResizePolicy": {
        "resourceName": "ResourceName",
        "restartPolicy": "ResourceResizeRestartPolicy",
    },
    "ContainerRestartRule": {"action": "ContainerRestartRuleAction"},
    "ContainerRestartRuleOnExitCodes": {"operator": "ContainerRestartRuleOnExitCodesOperator"},
    "Capabilities": {"add": "Capability", "drop": "Capability"},
    "SecurityContext": {"procMount": "ProcMountType"},
    "SeccompProfile": {"type": "SeccompProfileType"},
    "AppArmorProfile": {"type": "AppArmorProfileType"},
    "PodSecurityContext": {
        "fsGroupChangePolicy": "PodFSGroupChangePolicy",
        "seLinuxChangePolicy": "PodSELinuxChangePolicy",
        "supplementalGroupsPolicy": "SupplementalGroupsPolicy",
    },
    "PodSpec": {
        "dnsPolicy": "DNSPolicy",
        "preemptionPolicy": "PreemptionPolicy",
        "restartPolicy": "RestartPolicy",
    },
    "PodStatus": {"phase": "PodPhase", "qosClass": "PodQOSClass", "resize": "PodResizeStatus"},
    "PodCondition": {"type": "PodConditionType", "status": "ConditionStatus"},
    "PodReadinessGate": {"conditionType": "PodConditionType"},
    "PodOS": {"name": "OSName"},
    "Lifecycle": {"stopSignal": "Signal"},
    "HTTPGetAction": {"scheme": "URIScheme"},
    "VolumeMount": {
        "mountPropagation": "MountPropagationMode",
        "recursiveReadOnly": "RecursiveReadOnlyMode",
    },
    "EmptyDirVolumeSource": {"medium": "StorageMedium"},
    "HostPathVolumeSource": {"type": "HostPathType"},
    "AzureDiskVolumeSource": {
        "cachingMode": "AzureDataDiskCachingMode",
        "kind": "AzureDataDiskKind",
    },
    "ImageVolumeSource": {"pullPolicy": "PullPolicy"},
    "Toleration": {"operator": "TolerationOperator", "effect": "TaintEffect"},
    "Taint": {"effect": "TaintEffect"},
    "NodeSelectorRequirement": {"operator": "NodeSelectorOperator"},
    "TopologySpreadConstraint": {
        "nodeAffinityPolicy": "NodeInclusionPolicy",
        "nodeTaintsPolicy": "NodeInclusionPolicy",
        "whenUnsatisfiable": "UnsatisfiableConstraintAction",
    },
    "ServiceSpec": {
        "externalTrafficPolicy": "ServiceExternalTrafficPolicy",
        "internalTrafficPolicy": "ServiceInternalTrafficPolicy",
        "ipFamilies": "IPFamily",
        "ipFamilyPolicy": "IPFamilyPolicy",
        "sessionAffinity": "ServiceAffinity",
        "type": "ServiceType",
    },
    "ServicePort": {"protocol": "Protocol"},
    "PortStatus": {"protocol": "Protocol"},
    "LoadBalancerIngress": {"ipMode": "LoadBalancerIPMode"},
    "EndpointPort": {"protocol": "Protocol"},
    "EndpointSlice": {"addressType": "AddressType"},
    "Secret": {"type": "SecretType"},
    "NamespaceSpec": {"finalizers": "FinalizerName"},
    "NamespaceStatus": {"phase": "NamespacePhase"},
    "NamespaceCondition": {"type": "NamespaceConditionType", "status": "ConditionStatus"},
    "NodeStatus": {"phase": "NodePhase", "volumesInUse": "UniqueVolumeName"},
    "NodeCondition": {"type": "NodeConditionType", "status": "ConditionStatus"},
    "NodeAddress": {"type": "NodeAddressType"},
    "PersistentVolumeClaimSpec": {
        "accessModes": "PersistentVolumeAccessMode",
        "volumeMode": "PersistentVolumeMode",
    },
    "PersistentVolumeClaimStatus": {
        "accessModes": "PersistentVolumeAccessMode",
        "phase": "PersistentVolumeClaimPhase",
    },
    "PersistentVolumeSpec": {
        "accessModes": "PersistentVolumeAccessMode",
        "persistentVolumeReclaimPolicy": "PersistentVolumeReclaimPolicy",
        "volumeMode": "PersistentVolumeMode",
    },
    "PersistentVolumeStatus": {"phase": "PersistentVolumePhase"},
    "LimitRangeItem": {"type": "LimitType"},
    "ResourceQuotaSpec": {"scopes": "ResourceQuotaScope"},
    "ScopedResourceSelectorRequirement": {
        "operator": "ScopeSelectorOperator",
        "scopeName": "ResourceQuotaScope",
    },
    "ObjectMeta": {"uid": "types.UID"},
    "OwnerReference": {"uid": "types.UID"},
    "ObjectReference": {"uid": "types.UID"},
    "Preconditions": {"uid": "types.UID"},
    "ManagedFieldsEntry": {"operation": "ManagedFieldsOperationType"},
    "LabelSelectorRequirement": {"operator": "LabelSelectorOperator"},
    "DeleteOptions": {"propagationPolicy": "DeletionPropagation"},
    "Condition": {"status": "ConditionStatus"},
    "DeploymentStrategy": {"type": "DeploymentStrategyType"},
    "DeploymentCondition": {"type": "DeploymentConditionType", "status": "ConditionStatus"},
    "ReplicaSetCondition": {"type": "ReplicaSetConditionType", "status": "ConditionStatus"},
    "DaemonSetUpdateStrategy": {"type": "DaemonSetUpdateStrategyType"},
    "StatefulSetSpec": {"podManagementPolicy": "PodManagementPolicyType"},
    "StatefulSetUpdateStrategy": {"type": "StatefulSetUpdateStrategyType"},
    "StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": "PersistentVolumeClaimRetentionPolicyType",
        "whenScaled": "PersistentVolumeClaimRetentionPolicyType",
    },
    "CronJobSpec": {"concurrencyPolicy": "ConcurrencyPolicy"},
    "JobSpec": {
        "completionMode": "CompletionMode",
        "podReplacementPolicy": "PodReplacementPolicy",
    },
    "PodFailurePolicyRule": {"action": "PodFailurePolicyAction"},
    "PodFailurePolicyOnExitCodesRequirement": {"operator": "PodFailurePolicyOnExitCodesOperator"},
    "PodFailurePolicyOnPodConditionsPattern": {
        "status": "ConditionStatus",
        "type": "PodConditionType",
    },
    "HTTPIngressPath": {"pathType": "PathType"},
    "NetworkPolicySpec": {"policyTypes": "PolicyType"},
    "NetworkPolicyPort": {"protocol": "Protocol"},
    "MetricSpec": {"type": "MetricSourceType"},
    "MetricTarget": {"type": "MetricTargetType"},
    "ResourceMetricSource": {"name": "v1.ResourceName"},
    "ContainerResourceMetricSource": {"name": "v1.ResourceName"},
    "HPAScalingPolicy": {"type": "HPAScalingPolicyType"},
    "HPAScalingRules": {"selectPolicy": "ScalingPolicySelect"},
    "PodDisruptionBudgetSpec": {"unhealthyPodEvictionPolicy": "UnhealthyPodEvictionPolicyType"},
    "StorageClass": {
        "reclaimPolicy": "PersistentVolumeReclaimPolicy",
        "volumeBindingMode": "VolumeBindingMode",
    },
    "PriorityClass": {"preemptionPolicy": "PreemptionPolicy"},
}
"""Names of text types, by struct and field; without a package it is the struct's own."""

ALL: Final = frozenset({"*"})
EMBEDDED: Final[dict[str, tuple[str, frozenset[str], frozenset[str]]]] = {
    "Probe": ("ProbeHandler", frozenset({"exec", "httpGet", "tcpSocket", "grpc"}), frozenset()),
    "Volume": ("VolumeSource", ALL, frozenset({"name"})),
    "PersistentVolumeSpec": (
        "PersistentVolumeSource",
        ALL,
        frozenset(
            (
                "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity",
                "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName",
                "volumeMode",
            )
        ),
    ),
    "EphemeralContainer": ("EphemeralContainerCommon", ALL, frozenset({"targetContainerName"})),
    "IngressRule": ("IngressRuleValue", frozenset({"http"}), frozenset()),
    **dict.fromkeys(
        (
            "ConfigMapKeySelector", "SecretKeySelector", "ConfigMapEnvSource", "SecretEnvSource",
            "ConfigMapVolumeSource", "ConfigMapProjection", "SecretProjection",
        ),
        ("LocalObjectReference", frozenset({"name"}), frozenset()),
    ),
}  # fmt: skip
"""Struct -> (embedded struct, its fields or all, fields that are not of it)."""

OMITTED_NUMBERS: Final = frozenset(
    (
        "minReadySeconds", "paused", "numberAvailable", "numberUnavailable",
        "updatedNumberScheduled", "observedGeneration", "availableReplicas", "readyReplicas",
        "unavailableReplicas", "updatedReplicas", "fullyLabeledReplicas", "currentReplicas",
        "active", "failed", "succeeded", "partition", "readOnly", "chapAuthDiscovery",
        "chapAuthSession", "sslEnabled", "stdin", "stdinOnce", "tty", "sizeBytes", "hostPort",
        "signal", "count", "deprecatedCount", "unschedulable", "hostIPC", "hostNetwork",
        "hostPID", "failureThreshold", "initialDelaySeconds", "periodSeconds",
        "successThreshold", "timeoutSeconds", "nodePort", "healthCheckNodePort",
        "publishNotReadyAddresses", "generation", "globalDefault", "deprecated",
        "preserveUnknownFields", "exclusiveMaximum", "exclusiveMinimum", "nullable",
        "uniqueItems", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string",
    )
)  # fmt: skip
"""Numbers and booleans that are no pointers: 0 and false are left out, except as below."""

OTHER_NUMBERS: Final = {
    "HorizontalPodAutoscalerStatus.observedGeneration": False,
    "StatefulSetStatus.availableReplicas": False,
    "RollingUpdateStatefulSetStrategy.partition": False,
    "AzureDiskVolumeSource.readOnly": False,
    "CSIVolumeSource.readOnly": False,
    "ClientIPConfig.timeoutSeconds": False,
    "MutatingWebhook.timeoutSeconds": False,
    "ValidatingWebhook.timeoutSeconds": False,
    "VolumeNodeResources.count": False,
    "DeploymentStatus.replicas": True,
    "ScaleSpec.replicas": True,
    "CustomResourceColumnDefinition.priority": True,
}
"""Exceptions from the names above: whether zero is left out."""

KEPT_TEXTS: Final = frozenset(
    (
        "storageClassName", "runtimeClassName", "preemptionPolicy", "volumeMode", "apiGroup",
        "appProtocol", "internalTrafficPolicy", "ipFamilyPolicy", "loadBalancerClass",
        "trafficDistribution", "ingressClassName", "pathType", "volumeBindingMode",
        "mountPropagation", "recursiveReadOnly", "fsGroupChangePolicy", "procMount",
        "supplementalGroupsPolicy", "seLinuxChangePolicy", "localhostProfile", "cachingMode",
        "nodeAffinityPolicy", "nodeTaintsPolicy", "completionMode", "podReplacementPolicy",
        "managedBy", "timeZone", "selectPolicy", "fsGroupPolicy", "x-kubernetes-list-type",
        "x-kubernetes-map-type", "unhealthyPodEvictionPolicy", "stopSignal", "ipMode",
        "volumeAttributesClassName", "currentVolumeAttributesClassName", "holderIdentity",
        "reportingComponent", "reportingInstance", "serviceName", "failurePolicy",
        "matchPolicy", "sideEffects", "reinvocationPolicy", "gmsaCredentialSpec",
        "gmsaCredentialSpecName", "runAsUserName", "error",
    )
)  # fmt: skip
"""Texts that are pointers or always written: "" stays, in every struct."""

OTHER_TEXTS: Final = frozenset(
    (
        "HostPathVolumeSource.type", "GRPCAction.service", "Endpoint.hostname",
        "Endpoint.nodeName", "Endpoint.zone", "EndpointAddress.nodeName",
        "StorageClass.reclaimPolicy", "Container.restartPolicy", "EndpointPort.name",
        "EndpointPort.protocol", "NetworkPolicyPort.protocol", "CSIVolumeSource.fsType",
        "AzureDiskVolumeSource.fsType", "AzureDiskVolumeSource.kind",
        "TypedObjectReference.namespace", "PodDNSConfigOption.value",
        "PodFailurePolicyOnExitCodesRequirement.containerName", "ServiceReference.path",
        "WebhookClientConfig.url", "ClusterTrustBundleProjection.name",
        "ClusterTrustBundleProjection.signerName", "LeaseSpec.strategy",
        "LeaseSpec.preferredHolder", "VolumeAttachmentSource.persistentVolumeName",
    )
)  # fmt: skip
"""The same for one struct only."""

KEPT_LISTS: Final = frozenset(
    (
        "EndpointSlice.ports", "EndpointSlice.endpoints", "ClusterRole.rules", "Role.rules",
        "HorizontalPodAutoscalerStatus.currentMetrics",
        "HorizontalPodAutoscalerStatus.conditions", "CustomResourceDefinitionStatus.conditions",
        "HPAScalingRules.policies",
    )
)  # fmt: skip
"""Lists that are written although they are empty, besides required ones."""


def embedded_in(owner: Type, name: str) -> str:
    """The embedded struct that holds a field of `owner`; "" if it is the struct's own."""
    if owner.kinds and name in ("apiVersion", "kind"):
        return "TypeMeta"
    struct, members, others = EMBEDDED.get(owner.short, ("", frozenset(), frozenset()))
    return struct if (members is ALL or name in members) and name not in others else ""


def omits_zero(owner: Type, name: str, field: Field) -> bool:
    """Whether the zero value of this field is left out when the struct is written."""
    where = f"{owner.short}.{name}"
    if name in owner.required:
        return False
    if field.shape in ("list", "map"):
        return where not in KEPT_LISTS
    if field.shape == "string":
        return name not in KEPT_TEXTS and where not in OTHER_TEXTS
    if field.shape in ("boolean", "int32", "int64", "double"):
        return OTHER_NUMBERS.get(where, name in OMITTED_NUMBERS)
    return False


def go_type(field: Field, owner: Type, name: str) -> str:
    """The Go name of a field's type, as messages have it."""
    if field.item is not None and field.shape == "map":
        if field.item.shape == "quantity":
            return "v1.ResourceList"
        return f"map[string]{go_type(field.item, owner, name)}"
    if field.item is not None:
        return f"[]{go_type(field.item, owner, name)}"
    if field.shape == "struct":
        return ".".join(field.type.rsplit(".", 2)[1:])
    if field.shape == "string":
        return _text_type(owner, name)
    return SCALAR_TYPES[field.shape]


def _text_type(owner: Type, name: str) -> str:
    named = TEXT_TYPES.get(owner.short, {}).get(name)
    if named is None:
        return "string"
    package = owner.qualified.partition(".")[0]
    return named if "." in named else f"{package}.{named}"


SCALAR_TYPES: Final = {
    "boolean": "bool",
    "int32": "int32",
    "int64": "int64",
    "double": "float64",
    "byte": "[]uint8",
    "quantity": "resource.Quantity",
    "intOrString": "int32",
    "time": "string",
    "microTime": "string",
    "any": "runtime.RawExtension",
}
"""Names by shape; times and numbers-or-texts are told by the value they hold."""
