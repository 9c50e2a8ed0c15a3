"""What can be installed into a cluster that does not come with it.

"istio-base" is kinds (CustomResourceDefinitions) only: their objects can be stored and read. The
others are objects that run in the cluster, some with kinds of their own: metrics-server,
cluster-autoscaler, the recommender of vertical-pod-autoscaler, Istio's istiod and ingress gateway,
ingress-nginx, and the Gateway API with NGINX Gateway Fabric.

Unlike the real one: they come without their RBAC objects, and what `-o wide` adds to their columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files

from kubelearn.api.manifest import load
from kubelearn.api.objects import Object
from kubelearn.world.kind_schemas import schema_of


@dataclass(frozen=True, slots=True)
class Custom:
    """A custom kind in brief: what its CustomResourceDefinition says beside the schema."""

    kind: str
    plural: str
    versions: tuple[str, ...]
    short: tuple[str, ...] = ()
    namespaced: bool = True
    columns: tuple[tuple[str, str], ...] = ()
    """What `kubectl get` shows between name and age: title and JSONPath."""


@dataclass(frozen=True, slots=True)
class Addon:
    """Custom kinds by API group."""

    groups: dict[str, tuple[Custom, ...]]

    def objects(self) -> list[Object]:
        """The CustomResourceDefinitions."""
        return [_definition(group, kind) for group, kinds in self.groups.items() for kind in kinds]


RECOMMENDED = ".status.recommendation.containerRecommendations[0].target"
PROVIDED = '.status.conditions[?(@.type=="RecommendationProvided")].status'
ACCEPTED = '.status.conditions[?(@.type=="Accepted")].status'
PROGRAMMED = '.status.conditions[?(@.type=="Programmed")].status'
HOSTNAMES = ("Hostnames", ".spec.hostnames")
HOSTS = ("Hosts", ".spec.hosts")
GATEWAY_API = Addon(
    {
        "gateway.networking.k8s.io": (
            Custom(
                "GatewayClass",
                "gatewayclasses",
                ("v1", "v1beta1"),
                ("gc",),
                namespaced=False,
                columns=(
                    ("Controller", ".spec.controllerName"),
                    ("Accepted", ACCEPTED),
                ),
            ),
            Custom(
                "Gateway",
                "gateways",
                ("v1", "v1beta1"),
                ("gtw",),
                columns=(
                    ("Class", ".spec.gatewayClassName"),
                    ("Address", ".status.addresses[*].value"),
                    ("Programmed", PROGRAMMED),
                ),
            ),
            Custom("HTTPRoute", "httproutes", ("v1", "v1beta1"), columns=(HOSTNAMES,)),
            Custom("GRPCRoute", "grpcroutes", ("v1",), columns=(HOSTNAMES,)),
            Custom("ReferenceGrant", "referencegrants", ("v1", "v1beta1"), ("refgrant",)),
        )
    }
)
ISTIO_BASE = Addon(
    {
        "networking.istio.io": (
            Custom(
                "VirtualService",
                "virtualservices",
                ("v1", "v1beta1", "v1alpha3"),
                ("vs",),
                columns=(
                    ("Gateways", ".spec.gateways"),
                    HOSTS,
                ),
            ),
            Custom(
                "DestinationRule",
                "destinationrules",
                ("v1", "v1beta1", "v1alpha3"),
                ("dr",),
                columns=(("Host", ".spec.host"),),
            ),
            Custom("Gateway", "gateways", ("v1", "v1beta1", "v1alpha3"), ("gw",)),
            Custom(
                "ServiceEntry",
                "serviceentries",
                ("v1", "v1beta1", "v1alpha3"),
                ("se",),
                columns=(
                    HOSTS,
                    ("Location", ".spec.location"),
                    ("Resolution", ".spec.resolution"),
                ),
            ),
            Custom("Sidecar", "sidecars", ("v1", "v1beta1", "v1alpha3")),
            Custom(
                "WorkloadEntry",
                "workloadentries",
                ("v1", "v1beta1", "v1alpha3"),
                ("we",),
                columns=(("Address", ".spec.address"),),
            ),
            Custom("EnvoyFilter", "envoyfilters", ("v1alpha3",)),
        ),
        "security.istio.io": (
            Custom(
                "PeerAuthentication",
                "peerauthentications",
                ("v1", "v1beta1"),
                ("pa",),
                columns=(("Mode", ".spec.mtls.mode"),),
            ),
            Custom(
                "AuthorizationPolicy",
                "authorizationpolicies",
                ("v1", "v1beta1"),
                ("ap",),
                columns=(("Action", ".spec.action"),),
            ),
            Custom("RequestAuthentication", "requestauthentications", ("v1", "v1beta1"), ("ra",)),
        ),
        "telemetry.istio.io": (Custom("Telemetry", "telemetries", ("v1", "v1alpha1")),),
    }
)


@dataclass(frozen=True, slots=True)
class Running:
    """An add-on that is told by a manifest beside this file, and may bring kinds."""

    manifest: str
    groups: dict[str, tuple[Custom, ...]] = field(default_factory=dict)

    def objects(self) -> list[Object]:
        """Its kinds, then the objects of the manifest."""
        text = files("kubelearn.world").joinpath(self.manifest).read_text()
        return [*Addon(self.groups).objects(), *(manifest.object for manifest in load(text))]


ADDONS: dict[str, Addon | Running] = {
    "gateway-api": Running("nginx-gateway-fabric.yaml", GATEWAY_API.groups),
    "istio-base": ISTIO_BASE,
    "istio": Running("istio.yaml", {**GATEWAY_API.groups, **ISTIO_BASE.groups}),
    "ingress-nginx": Running("ingress-nginx.yaml"),
    "eureka": Running("eureka.yaml"),
    "spring-cloud-gateway": Running("spring-cloud-gateway.yaml"),
    "metrics-server": Running("metrics-server.yaml"),
    "cluster-autoscaler": Running("cluster-autoscaler.yaml"),
    "aws-load-balancer-controller": Running(
        "aws-load-balancer-controller.yaml",
        {
            "elbv2.k8s.aws": (
                Custom(
                    "TargetGroupBinding",
                    "targetgroupbindings",
                    ("v1beta1",),
                    columns=(
                        ("SERVICE-NAME", ".spec.serviceRef.name"),
                        ("SERVICE-PORT", ".spec.serviceRef.port"),
                        ("TARGET-TYPE", ".spec.targetType"),
                    ),
                ),
                Custom("IngressClassParams", "ingressclassparams", ("v1beta1",), namespaced=False),
            )
        },
    ),
    "vertical-pod-autoscaler": Running(
        "vertical-pod-autoscaler.yaml",
        {
            "autoscaling.k8s.io": (
                Custom(
                    "VerticalPodAutoscaler",
                    "verticalpodautoscalers",
                    ("v1",),
                    ("vpa",),
                    columns=(
                        ("Mode", ".spec.updatePolicy.updateMode"),
                        ("CPU", f"{RECOMMENDED}.cpu"),
                        ("Mem", f"{RECOMMENDED}.memory"),
                        ("Provided", PROVIDED),
                    ),
                ),
            )
        },
    ),
}


APPROVAL = "https://github.com/kubernetes-sigs/gateway-api"


def _definition(group: str, custom: Custom) -> Object:
    names = {
        "kind": custom.kind,
        "plural": custom.plural,
        "singular": custom.kind.lower(),
        "listKind": f"{custom.kind}List",
    }
    if custom.short:
        names["shortNames"] = list(custom.short)  # type: ignore[assignment]
    # Groups under k8s.io are protected: their definitions name who approved them.
    annotations = {"api-approved.kubernetes.io": APPROVAL} if group.endswith(".k8s.io") else {}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{custom.plural}.{group}", "annotations": annotations},
        "spec": {
            "group": group,
            "names": names,
            "scope": "Namespaced" if custom.namespaced else "Cluster",
            "versions": [_version(group, custom, name) for name in custom.versions],
        },
    }


AGE = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}


def _version(group: str, custom: Custom, name: str) -> Object:
    columns = [
        {"name": title, "type": "string", "jsonPath": path} for title, path in custom.columns
    ]
    return {
        "name": name,
        "served": True,
        "storage": name == custom.versions[0],
        "schema": {"openAPIV3Schema": schema_of(group, custom.kind)},
        "subresources": {"status": {}},
        **({"additionalPrinterColumns": [*columns, AGE]} if columns else {}),
    }
