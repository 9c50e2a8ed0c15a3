"""The IP families of a Service on this cluster, which has IPv4 alone.

Source: `initIPFamilyFields` in `pkg/registry/core/service/storage/alloc.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items
from kubelearn.api.validation.field import FieldError, invalid
from kubelearn.api.validation.ip import is_ipv6
from kubelearn.api.validation.service_addresses import FAMILIES, address_errors

CLUSTER_FAMILIES: Final = ("IPv4",)
POLICY: Final = "spec.ipFamilyPolicy"
NO_DUAL_STACK: Final = "this cluster is not configured for dual-stack services"
TWO: Final = "must be 'RequireDualStack' or 'PreferDualStack' when multiple {} are specified"
RELEASED: Final = "must be 'SingleStack' to release the secondary {}"
CLUSTERED: Final = ("ClusterIP", "LoadBalancer", "NodePort")
LISTS: Final = {
    "clusterIPs": ("cluster IPs", "cluster IP"),
    "ipFamilies": ("IP families", "IP family"),
}
"""What the messages call the entries of each list, and the second one."""


def with_families(spec: Object, before: Object | None) -> tuple[Object, list[FieldError]]:
    """The spec with its families and their policy, or what is wrong with those it asks for.

    `before` is the stored spec, None for a new Service.
    """
    if spec.get("type") == "ExternalName" or _stays_preferred(spec, before):
        return spec, []
    if spec.get("ipFamilyPolicy") is None:
        spec = {**spec, "ipFamilyPolicy": _policy(spec, before)}
    errors = address_errors(spec, "spec")
    if errors:
        return spec, errors
    if before is not None:
        spec, errors = _released(spec, before)
    errors += _two_of_one_stack(spec)
    spec, unknown = _inferred(spec)
    if errors or unknown:
        return spec, errors + unknown
    if _names_any_family(spec):
        return _both(spec), []
    errors = _not_configured(spec)
    return {**spec, "ipFamilies": spec.get("ipFamilies") or [*CLUSTER_FAMILIES]}, errors


def _names_any_family(spec: Object) -> bool:
    """A headless Service without selector says itself where its endpoints are."""
    return spec.get("clusterIP") == "None" and not spec.get("selector")


def _policy(spec: Object, before: Object | None) -> str:
    if before is not None and before.get("ipFamilyPolicy") is not None:
        return str(before["ipFamilyPolicy"])
    return "RequireDualStack" if _names_any_family(spec) else "SingleStack"


def _stays_preferred(spec: Object, before: Object | None) -> bool:
    """An unchanged PreferDualStack Service does not follow changes of the cluster."""
    if before is None or spec.get("type") != before.get("type"):
        return False
    policies = (spec.get("ipFamilyPolicy"), before.get("ipFamilyPolicy") or "PreferDualStack")
    return (
        spec.get("type") in CLUSTERED
        and policies == ("PreferDualStack", "PreferDualStack")
        and all(items(spec, name) == items(before, name) for name in LISTS)
    )


def _released(spec: Object, before: Object) -> tuple[Object, list[FieldError]]:
    """An update to one stack drops the second address and family; another may not drop them."""
    errors = []
    for name, (_, second) in LISTS.items():
        new, old = items(spec, name), items(before, name)
        if spec["ipFamilyPolicy"] == "SingleStack":
            if new == old and len(new) > 1:
                spec = {**spec, name: new[:1]}
        elif 0 < len(new) < len(old):
            errors.append(invalid(POLICY, spec["ipFamilyPolicy"], RELEASED.format(second)))
    return spec, errors


def _two_of_one_stack(spec: Object) -> list[FieldError]:
    if spec["ipFamilyPolicy"] != "SingleStack":
        return []
    return [
        invalid(POLICY, spec["ipFamilyPolicy"], TWO.format(entries))
        for name, (entries, _) in LISTS.items()
        if len(items(spec, name)) == 2
    ]


def _inferred(spec: Object) -> tuple[Object, list[FieldError]]:
    """Addresses that are asked for say the families that are not given."""
    addresses, families, errors = items(spec, "clusterIPs"), [*items(spec, "ipFamilies")], []
    if addresses[:1] == ["None"]:
        return spec, []
    for position in range(len(families), len(addresses)):
        family = "IPv6" if is_ipv6(addresses[position]) else "IPv4"
        if family in CLUSTER_FAMILIES:
            families.append(family)
        else:
            detail = f"{family} is not configured on this cluster"
            errors.append(invalid(f"spec.clusterIPs[{position}]", addresses, detail))
    return ({**spec, "ipFamilies": families} if families else spec), errors


def _both(spec: Object) -> Object:
    families = items(spec, "ipFamilies") or [*CLUSTER_FAMILIES]
    if len(families) < 2 and spec["ipFamilyPolicy"] != "SingleStack":
        families = [*families, *(family for family in FAMILIES if family not in families)]
    return {**spec, "ipFamilies": families}


def _not_configured(spec: Object) -> list[FieldError]:
    errors = []
    if spec["ipFamilyPolicy"] == "RequireDualStack":
        errors.append(invalid(POLICY, spec["ipFamilyPolicy"], NO_DUAL_STACK))
    return errors + [
        invalid(f"spec.ipFamilies[{position}]", family, "not configured on this cluster")
        for position, family in enumerate(items(spec, "ipFamilies"))
        if family not in CLUSTER_FAMILIES
    ]
