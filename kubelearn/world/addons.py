"""What can be installed into a cluster that does not come with it.

Today that is the kinds (CustomResourceDefinitions) of the Gateway API and of Istio: their objects
can be stored and read. What acts on them arrives with the parts that do.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubelearn.api.objects import Object


@dataclass(frozen=True, slots=True)
class Custom:
    """A custom kind in brief: what its CustomResourceDefinition says beside the schema."""

    kind: str
    plural: str
    versions: tuple[str, ...]
    short: tuple[str, ...] = ()
    namespaced: bool = True


@dataclass(frozen=True, slots=True)
class Addon:
    """Custom kinds by API group."""

    groups: dict[str, tuple[Custom, ...]]

    def objects(self) -> list[Object]:
        """The CustomResourceDefinitions."""
        return [_definition(group, kind) for group, kinds in self.groups.items() for kind in kinds]


GATEWAY_API = Addon(
    {
        "gateway.networking.k8s.io": (
            Custom("GatewayClass", "gatewayclasses", ("v1", "v1beta1"), ("gc",), namespaced=False),
            Custom("Gateway", "gateways", ("v1", "v1beta1"), ("gtw",)),
            Custom("HTTPRoute", "httproutes", ("v1", "v1beta1")),
            Custom("GRPCRoute", "grpcroutes", ("v1",)),
            Custom("ReferenceGrant", "referencegrants", ("v1", "v1beta1"), ("refgrant",)),
        )
    }
)
ISTIO_BASE = Addon(
    {
        "networking.istio.io": (
            Custom("VirtualService", "virtualservices", ("v1", "v1beta1", "v1alpha3"), ("vs",)),
            Custom("DestinationRule", "destinationrules", ("v1", "v1beta1", "v1alpha3"), ("dr",)),
            Custom("Gateway", "gateways", ("v1", "v1beta1", "v1alpha3"), ("gw",)),
            Custom("ServiceEntry", "serviceentries", ("v1", "v1beta1", "v1alpha3"), ("se",)),
            Custom("Sidecar", "sidecars", ("v1", "v1beta1", "v1alpha3")),
            Custom("WorkloadEntry", "workloadentries", ("v1", "v1beta1", "v1alpha3"), ("we",)),
            Custom("EnvoyFilter", "envoyfilters", ("v1alpha3",)),
        ),
        "security.istio.io": (
            Custom("PeerAuthentication", "peerauthentications", ("v1", "v1beta1"), ("pa",)),
            Custom("AuthorizationPolicy", "authorizationpolicies", ("v1", "v1beta1"), ("ap",)),
            Custom("RequestAuthentication", "requestauthentications", ("v1", "v1beta1"), ("ra",)),
        ),
        "telemetry.istio.io": (Custom("Telemetry", "telemetries", ("v1", "v1alpha1")),),
    }
)
ADDONS: dict[str, Addon] = {"gateway-api": GATEWAY_API, "istio-base": ISTIO_BASE}


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
            "versions": [_version(name, name == custom.versions[0]) for name in custom.versions],
        },
    }


def _version(name: str, storage: bool) -> Object:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "name": name,
        "served": True,
        "storage": storage,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
