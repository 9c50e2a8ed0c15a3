"""Rules of the cluster addresses and IP families of a Service, alone and across updates.

Source: `ValidateServiceClusterIPsRelatedFields`, `validateUpgradeDowngradeClusterIPs`,
`validateUpgradeDowngradeIPFamilies` in `pkg/apis/core/validation/validation.go`, 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, optional_choice
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.ip import is_ipv6, legacy_address

FAMILIES = ("IPv4", "IPv6")
FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
FIXED = "may not change once set"


def is_headless(spec: Object) -> bool:
    """Whether the Service has no address of its own."""
    return items(spec, "clusterIPs") == ["None"]


def address_errors(spec: Object, path: str) -> list[FieldError]:
    """The addresses of a Service fit each other and the IP families."""
    if spec.get("type") == "ExternalName":
        return []
    errors = _in_step(spec, child(path, "clusterIPs"))
    errors += _families(spec, child(path, "ipFamilies"))
    policy = child(path, "ipFamilyPolicy")
    errors += optional_choice(spec.get("ipFamilyPolicy"), policy, FAMILY_POLICIES)
    wrong, unusable = _each_address(spec, child(path, "clusterIPs"))
    errors += wrong
    return errors if unusable else errors + _together(spec, child(path, "clusterIPs"))


def _in_step(spec: Object, path: str) -> list[FieldError]:
    first, addresses = spec.get("clusterIP") or "", items(spec, "clusterIPs")
    if not first:
        detail = "must be empty when `clusterIP` is not specified"
        return [invalid(path, addresses, detail)] if addresses else []
    if not addresses:
        return [required(path)]
    if addresses[0] != first:
        return [invalid(path, addresses, "first value must match `clusterIP`")]
    return []


def _families(spec: Object, path: str) -> list[FieldError]:
    errors, seen = [], set()
    for position, family in enumerate(items(spec, "ipFamilies")):
        if family not in FAMILIES:
            errors.append(not_supported(index(path, position), family, FAMILIES))
        if family in seen:
            errors.append(duplicate(index(path, position), family))
        seen.add(family)
    return errors


def _each_address(spec: Object, path: str) -> tuple[list[FieldError], bool]:
    addresses = items(spec, "clusterIPs")
    errors, unusable = [], False
    for position, address in enumerate(addresses):
        if position == 0 and address == "None":
            if len(addresses) > 1:
                unusable = True
                detail = "'None' must be the first and only value"
                errors.append(invalid(path, addresses, detail))
            continue
        wrong = legacy_address(address, index(path, position))
        unusable = unusable or bool(wrong)
        errors += wrong
    if len(addresses) > 2:
        errors.append(invalid(path, addresses, "may only hold up to 2 values"))
    return errors, unusable


def _together(spec: Object, path: str) -> list[FieldError]:
    addresses, families = items(spec, "clusterIPs"), items(spec, "ipFamilies")
    errors = []
    kinds = {is_ipv6(address) for address in addresses}
    if len(addresses) > 1 and len(kinds) < 2:
        detail = "may specify no more than one IP for each IP family"
        errors.append(invalid(path, addresses, detail))
    if is_headless(spec):
        return errors
    for position, (address, family) in enumerate(zip(addresses, families, strict=False)):
        if family in FAMILIES and is_ipv6(address) != (family == "IPv6"):
            detail = f"expected an {family} value as indicated by `ipFamilies[{position}]`"
            errors.append(invalid(index(path, position), address, detail))
    return errors


def address_update_errors(spec: Object, before: Object) -> list[FieldError]:
    """A second address or family may come and go; the first ones stay."""
    if "ExternalName" in (spec.get("type"), before.get("type")):
        return []
    errors = []
    if not (is_headless(spec) and is_headless(before)):
        errors += _addresses_kept(spec, before)
    if not is_headless(spec) and not is_headless(before):
        errors += _families_kept(spec, before)
    return errors


def _addresses_kept(spec: Object, before: Object) -> list[FieldError]:
    new, old, path = items(spec, "clusterIPs"), items(before, "clusterIPs"), "spec.clusterIPs"
    if len(new) == len(old):
        return [
            invalid(index(path, position), new, FIXED)
            for position, (one, other) in enumerate(zip(new, old, strict=True))
            if one != other
        ]
    errors = []
    if not new:
        errors.append(invalid(index(path, 0), new, "primary clusterIP can not be unset"))
    if new and old and new[0] != old[0]:
        errors.append(invalid(index(path, 0), new, FIXED))
    if len(new) < len(old) and len(new) == 1:
        errors += _single_stack(spec, "clusterIP")
    return errors


def _families_kept(spec: Object, before: Object) -> list[FieldError]:
    new, old, path = items(spec, "ipFamilies"), items(before, "ipFamilies"), "spec.ipFamilies[0]"
    if len(new) == len(old):
        changed = [one for one, other in zip(new, old, strict=True) if one != other]
        return [invalid(path, new, FIXED) for _ in changed]
    errors = []
    if len(new) < len(old) and not items(spec, "clusterIPs"):
        errors.append(invalid(path, new, "primary ipFamily can not be unset"))
    if new and old and new[0] != old[0]:
        errors.append(invalid(path, items(spec, "clusterIPs"), FIXED))
    if len(new) < len(old) and len(new) == 1:
        errors += _single_stack(spec, "ipFamily")
    return errors


def _single_stack(spec: Object, released: str) -> list[FieldError]:
    policy = spec.get("ipFamilyPolicy")
    if policy == "SingleStack":
        return []
    detail = f"must be set to 'SingleStack' when releasing the secondary {released}"
    return [invalid("spec.ipFamilyPolicy", policy, detail)]
