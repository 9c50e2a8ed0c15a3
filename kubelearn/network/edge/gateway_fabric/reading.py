"""What NGINX Gateway Fabric reads: classes, Gateways, routes, grants, Services, Secrets.

Source: nginx-gateway-fabric 2.2 `internal/controller/state/graph`.
"""

from __future__ import annotations

from kubelearn.api.objects import Key, Object, is_true, key_of, labels_of
from kubelearn.api.server import APIServer
from kubelearn.network.gateway import Objects
from kubelearn.network.gateway.objects import GROUP
from kubelearn.network.tls.secrets import pair_of

CLASSES = f"gatewayclasses.{GROUP}"
GATEWAYS = f"gateways.{GROUP}"
ROUTES = f"httproutes.{GROUP}"
GRANTS = f"referencegrants.{GROUP}"
CONTROLLER = "gateway.nginx.org/nginx-gateway-controller"
PLACE: Key = ("nginx-gateway", "nginx-gateway")
SELECTOR = "app.kubernetes.io/name=nginx-gateway"
GATEWAY_LABEL = f"{GROUP}/gateway-name"
PROTOCOLS = {"HTTP": "http", "HTTPS": "https"}
"""Protocol of a listener → what its port speaks."""


def is_installed(api: APIServer) -> bool:
    """Whether the control plane is there."""
    return api.find("deployments.apps", *PLACE) is not None


def runs(api: APIServer) -> bool:
    """Whether a pod of the control plane is ready."""
    return any(is_true(pod, "Ready") for pod in api.list("pods", PLACE[0], SELECTOR))


def own_gateways(api: APIServer) -> list[Object]:
    """The Gateways of this controller's classes."""
    names = {key_of(one)[1] for one in api.list(CLASSES)
             if one["spec"].get("controllerName") == CONTROLLER}  # fmt: skip
    return [one for one in api.list(GATEWAYS) if one["spec"].get("gatewayClassName") in names]


def objects_of(api: APIServer) -> Objects:
    """The routes and all that decides about them."""
    namespaces = {one["metadata"]["name"]: labels_of(one) for one in api.list("namespaces")}
    services = frozenset(key_of(one) for one in api.list("services"))
    listed = [*api.list(ROUTES), *api.list(GRANTS)]
    return Objects.of(listed, namespaces=namespaces, services=services)


def valid_listeners(api: APIServer, gateway: Object) -> list[Object]:
    """The listeners that are programmed."""
    return [one for one in gateway["spec"].get("listeners") or ()
            if not listener_problem(api, gateway, one)[0]]  # fmt: skip


def listener_problem(api: APIServer, gateway: Object, listener: Object) -> tuple[str, str]:
    """Reason and message of what is wrong with a listener; ("", "") when nothing is."""
    listed = gateway["spec"].get("listeners") or ()
    if listener["protocol"] not in PROTOCOLS:
        supported = ", ".join(f'"{name}"' for name in PROTOCOLS)
        text = (f'protocol: Unsupported value: "{listener["protocol"]}": '
                f"supported values: {supported}")  # fmt: skip
        return "UnsupportedProtocol", text
    others = {one["protocol"] for one in listed if one["port"] == listener["port"]}
    if len(others) > 1:
        text = (f"Multiple listeners for the same port {listener['port']} specify incompatible "
                "protocols; ensure only one protocol per port")  # fmt: skip
        return "ProtocolConflict", text
    return _certificate_problem(api, gateway, listener) if "HTTPS" in others else ("", "")


def _certificate_problem(api: APIServer, gateway: Object, listener: Object) -> tuple[str, str]:
    refs = (listener.get("tls") or {}).get("certificateRefs") or []
    if not refs:
        text = "tls.certificateRefs: Required value: certificateRefs must be defined for TLS mode"
        return "InvalidCertificateRef", f"{text} terminate"
    key = secret_key(gateway, refs[0])
    if key[0] != key_of(gateway)[0] and not _granted(api, gateway, key):
        text = f"Certificate ref to secret {'/'.join(key)} not permitted by any ReferenceGrant"
        return "RefNotPermitted", text
    place = f"tls.certificateRefs[0]: Invalid value: {'/'.join(key)}"
    secret = api.find("secrets", *key)
    if secret is None:
        return "InvalidCertificateRef", f"{place}: secret does not exist"
    if secret.get("type") != "kubernetes.io/tls":
        text = f'{place}: unsupported secret type "{secret.get("type")}"'
        return "InvalidCertificateRef", text
    if not pair_of(secret):
        return "InvalidCertificateRef", f"{place}: tls secret is invalid"
    return "", ""


def secret_key(gateway: Object, ref: Object) -> Key:
    """The Secret that a certificateRef names."""
    return ref.get("namespace", key_of(gateway)[0]), ref["name"]


def _granted(api: APIServer, gateway: Object, target: Key) -> bool:
    source = {"group": GROUP, "kind": "Gateway", "namespace": key_of(gateway)[0]}
    return any(
        source in grant["spec"]["from"]
        and any(to.get("kind") == "Secret" and to.get("name", target[1]) == target[1]
                for to in grant["spec"]["to"])
        for grant in api.list(GRANTS, target[0])
    )  # fmt: skip
