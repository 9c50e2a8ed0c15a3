"""`kubectl cluster-info`: the addresses of the control plane and of the cluster's own services.

Source: kubectl `pkg/cmd/clusterinfo/clusterinfo.go`, Kubernetes 1.36.

Unlike the real one: `dump` is absent.
"""

from __future__ import annotations

from kubelearn.api.objects import Object, get_path, labels_of
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.kubeconfig import SERVER
from kubelearn.kubectl.parsing import Parser

OWN = "kubernetes.io/cluster-service=true"
HINT = "To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'."


def cluster_info(client: Client, words: list[str]) -> str:
    """What `kubectl cluster-info` prints."""
    parser = Parser("cluster-info", words="")
    parser.add_argument("-n", "--namespace", default="kube-system")
    kind = client.world.api.kinds.named("services")
    services = client.list(kind, parser.parse(words).namespace, selector=OWN)
    places = [("Kubernetes control plane", SERVER), *map(_place, services)]
    return "\n".join([*(f"{name} is running at {link}" for name, link in places), "", HINT])


def _place(service: Object) -> tuple[str, str]:
    metadata, ports = service["metadata"], service["spec"].get("ports") or []
    shown = labels_of(service).get("kubernetes.io/name") or metadata["name"]
    entries = get_path(service, "status", "loadBalancer", "ingress")
    if entries:
        address = entries[0].get("ip") or entries[0].get("hostname", "")
        return shown, "".join(f"http://{address}:{port['port']} " for port in ports)
    name = metadata["name"]
    if ports:
        port = ports[0].get("name", "")
        secure = port == "https" or ports[0]["port"] == 443
        name = f"https:{name}:{port}" if secure else f"{name}:{port}" if port else name
    return shown, f"{SERVER}/api/v1/namespaces/{metadata['namespace']}/services/{name}/proxy"
