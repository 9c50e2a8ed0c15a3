"""What a container sees of itself and its cluster: environment, files, names.

Source: `pkg/kubelet/envvars/envvars.go`, `pkg/kubelet/kubelet_pods.go` (ensureHostsFile),
`pkg/kubelet/network/dns/dns.go`, Kubernetes 1.36.

Unlike the real one: the variables of Services are those of the Services that are there now and were
there when the container started; images bring no files of their own, and of volumes only
ConfigMaps, Secrets and the account's files have contents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from kubelearn.api import tokens
from kubelearn.api.admission.istio_sidecar import PROXY
from kubelearn.api.images import InvalidImageName, parse_image
from kubelearn.api.objects import Object, get_path
from kubelearn.kubelet import mounted
from kubelearn.network.clients import CLUSTER_DNS, DOMAIN, HOST
from kubelearn.network.resolver import ResolvConf, resolv_conf
from kubelearn.world.pilot_agent import pilot_agent
from kubelearn.world.shell import PROGRAMS, Inside, Program

if TYPE_CHECKING:
    from kubelearn.world.world import World

PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
WITHOUT_SHELL: Final = (
    "registry.k8s.io/pause", "registry.k8s.io/etcd", "registry.k8s.io/kube-",
    "registry.k8s.io/coredns", "registry.k8s.io/metrics-server", "gcr.io/distroless/",
    "docker.io/library/hello-world",
    "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/frontend",
    "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/productcatalogservice",
    "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/checkoutservice",
    "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/shippingservice",
)  # fmt: skip
"""Beginnings of the repositories whose images hold their own program and nothing else."""


def inside(world: World, pod: Object, container: Object) -> Inside:
    """The view of a container of a pod."""
    variables = environment(world, pod, container)
    programs = programs_of(container["image"])
    if container["name"] == PROXY:
        programs = {**programs, "pilot-agent": partial(pilot_agent, world, pod)}
    return Inside(
        hostname_of(pod),
        variables,
        partial(files, world, pod, container),
        programs,
        nameserver=next(iter(_resolver(pod).nameservers), ""),
        folder=container.get("workingDir") or "/",
    )


def programs_of(image: str) -> Mapping[str, Program]:
    """The programs in $PATH of an image."""
    try:
        reference = parse_image(image)
    except InvalidImageName:
        return PROGRAMS
    bare = reference.repository.startswith(WITHOUT_SHELL) or "distroless" in reference.tag
    return {} if bare else PROGRAMS


def hostname_of(pod: Object) -> str:
    """The hostname in a pod: its own, its node's, or its name, cut to 63 letters."""
    spec, name = pod["spec"], pod["metadata"]["name"]
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName", ""))
    return str(spec.get("hostname") or name[:63].rstrip("-."))


# Environment


def environment(world: World, pod: Object, container: Object) -> dict[str, str]:
    """All variables of a container: the image's, the Services', its own; `$(NAME)` replaced."""
    found = {"PATH": PATH, "HOSTNAME": hostname_of(pod)}
    services = dict(_service_variables(world, pod))
    for name, value in mounted.environment(world.parts["kubelets"], pod, container).items():
        found[name] = expanded(value, {**services, **found})
    own = {name: value for name, value in services.items() if name not in found}
    return {**found, **own, "HOME": found.get("HOME", "/root")}


def expanded(text: str, known: Mapping[str, str]) -> str:
    """A value with `$(NAME)` replaced where the name is known, and `$$` for one `$`."""

    def one(found: re.Match[str]) -> str:
        return "$" if found[0] == "$$" else known.get(found[1], found[0])

    return re.sub(r"\$\$|\$\(([A-Za-z_.-][\w.-]*)\)", one, text)


def _service_variables(world: World, pod: Object) -> Iterator[tuple[str, str]]:
    namespace = pod["metadata"]["namespace"]
    started = get_path(pod, "status", "startTime", default="") or ""
    links = pod["spec"].get("enableServiceLinks", True)
    found = [world.api.find("services", "default", "kubernetes")]
    found += world.api.list("services", namespace) if links else []
    for service in found:
        if service is None or service["metadata"]["creationTimestamp"] > started:
            continue
        if service["spec"].get("clusterIP") not in (None, "", "None"):
            yield from service_variables(service)


def service_variables(service: Object) -> Iterator[tuple[str, str]]:
    """The variables that tell of a Service: its host and ports, and those of Docker's links."""
    word = service["metadata"]["name"].upper().replace("-", "_")
    host, ports = service["spec"]["clusterIP"], service["spec"].get("ports") or ()
    if not ports:
        return
    yield f"{word}_SERVICE_HOST", host
    yield f"{word}_SERVICE_PORT", str(ports[0]["port"])
    for port in ports:
        if port.get("name"):
            name = port["name"].upper().replace("-", "_")
            yield f"{word}_SERVICE_PORT_{name}", str(port["port"])
    for place, port in enumerate(ports):
        protocol = port.get("protocol", "TCP")
        url = f"{protocol.lower()}://{host}:{port['port']}"
        if not place:
            yield f"{word}_PORT", url
        prefix = f"{word}_PORT_{port['port']}_{protocol}"
        yield prefix, url
        yield f"{prefix}_PROTO", protocol.lower()
        yield f"{prefix}_PORT", str(port["port"])
        yield f"{prefix}_ADDR", host


# Files


def files(world: World, pod: Object, container: Object) -> dict[str, str]:
    """Path → text of every file in a container that has contents here, at this moment."""
    found = {
        "/etc/hostname": f"{hostname_of(pod)}\n",
        "/etc/hosts": _hosts(pod),
        "/etc/resolv.conf": _resolv_text(pod),
    }
    with world.lock:
        return found | _mounts(world, pod, container)


def _mounts(world: World, pod: Object, container: Object) -> dict[str, str]:
    found = mounted.files(world.parts["kubelets"], pod, container)
    for mount in container.get("volumeMounts") or ():
        for volume in pod["spec"].get("volumes") or ():
            if volume["name"] == mount["name"] and not mount.get("subPath"):
                texts = _projected(world, pod, volume)
                folder = mount["mountPath"].rstrip("/")
                found |= {f"{folder}/{name}": text for name, text in texts.items()}
    return found


def _projected(world: World, pod: Object, volume: Object) -> dict[str, str]:
    """The files of a projected volume with an account's token."""
    sources = get_path(volume, "projected", "sources", default=()) or ()
    if not any("serviceAccountToken" in source for source in sources):
        return {}
    found: dict[str, str] = {}
    namespace = pod["metadata"]["namespace"]
    for source in sources:
        if "serviceAccountToken" in source:
            wanted = source["serviceAccountToken"]
            found[wanted["path"]] = tokens.of_pod(world.api, pod, wanted)
        elif "configMap" in source:
            data = world.api.find("configmaps", namespace, source["configMap"].get("name", ""))
            texts = (data or {}).get("data") or {}
            items = source["configMap"].get("items") or [{"key": k, "path": k} for k in texts]
            found |= {each["path"]: texts[each["key"]] for each in items if each["key"] in texts}
        for item in get_path(source, "downwardAPI", "items", default=()) or ():
            path = get_path(item, "fieldRef", "fieldPath", default="")
            if path in mounted.FIELDS:
                found[item["path"]] = str(get_path(pod, *path.split("."), default=""))
    return found


def _hosts(pod: Object) -> str:
    lines = [
        "# Kubernetes-managed hosts file.",
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
        "fe00::0\tip6-localnet",
        "fe00::0\tip6-mcastprefix",
        "fe00::1\tip6-allnodes",
        "fe00::2\tip6-allrouters",
    ]
    address = get_path(pod, "status", "podIP", default="")
    if address:
        name, domain = hostname_of(pod), pod["spec"].get("subdomain")
        full = f"{name}.{domain}.{pod['metadata']['namespace']}.svc.{DOMAIN}\t" if domain else ""
        lines.append(f"{address}\t{full}{name}")
    aliases = pod["spec"].get("hostAliases") or ()
    if aliases:
        lines += ["", "# Entries added by HostAliases."]
        lines += ["\t".join([one["ip"], *(one.get("hostnames") or ())]) for one in aliases]
    return "\n".join(lines) + "\n"


def _resolver(pod: Object) -> ResolvConf:
    return resolv_conf(pod, HOST, (CLUSTER_DNS,), DOMAIN)


def _resolv_text(pod: Object) -> str:
    conf = _resolver(pod)
    lines = [f"search {' '.join(conf.searches)}"] if conf.searches else []
    lines += [f"nameserver {server}" for server in conf.nameservers]
    lines += [f"options {' '.join(conf.options)}"] if conf.options else []
    return "\n".join(lines) + "\n"
