"""What a Service may say, but hardly means (`pkg/api/service/warnings.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, part
from kubelearn.api.validation.ip import parse_address, parse_range
from kubelearn.api.validation.service import TOPOLOGY_HINTS, TOPOLOGY_MODE
from kubelearn.api.validation.service_addresses import is_headless


def warnings(new: Object, _old: Object | None) -> list[str]:
    """Deprecated and ignored fields, and addresses in unusual forms."""
    spec = part(new, "spec")
    found = []
    if TOPOLOGY_HINTS in part(part(new, "metadata"), "annotations"):
        found.append(
            f"annotation {TOPOLOGY_HINTS} is deprecated, please use {TOPOLOGY_MODE} instead"
        )
    found += _headless(spec) + _forms(spec) + _ignored(spec)
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found


def _headless(spec: Object) -> list[str]:
    if not is_headless(spec):
        return []
    tail = "is ignored for headless services"
    found = [f"spec.{name} {tail}" for name in ("loadBalancerIP", "externalIPs") if spec.get(name)]
    affine = spec.get("sessionAffinity", "None") != "None"
    return found + ([f"spec.SessionAffinity {tail}"] if affine else [])


def _forms(spec: Object) -> list[str]:
    found: list[str] = []
    for position, address in enumerate(items(spec, "externalIPs")):
        found += _address_form(f"spec.externalIPs[{position}]", address)
    used = spec.get("externalIPs") and spec.get("type") != "ExternalName" and not is_headless(spec)
    if used:
        found.append("spec.externalIPs is deprecated")
    if spec.get("loadBalancerIP"):
        found += _address_form("spec.loadBalancerIP", spec["loadBalancerIP"])
    for position, text in enumerate(items(spec, "loadBalancerSourceRanges")):
        found += _range_form(f"spec.loadBalancerSourceRanges[{position}]", text)
    return found


def _address_form(path: str, text: str) -> list[str]:
    address = parse_address(text)
    if address is None or address.version == 4 or str(address) == text:
        return []
    return [f'{path}: IPv6 address "{text}" should be in RFC 5952 canonical format ("{address}")']


def _range_form(path: str, text: str) -> list[str]:
    network = parse_range(text)
    if network is None or network.version == 4 or str(network) == text:
        return []
    return [f'{path}: IPv6 prefix "{text}" should be in RFC 5952 canonical format ("{network}")']


def _ignored(spec: Object) -> list[str]:
    named_outside = spec.get("type") == "ExternalName"
    found = []
    if named_outside and spec.get("externalIPs"):
        found.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if not named_outside and spec.get("externalName"):
        found.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    return found
