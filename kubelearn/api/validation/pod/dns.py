"""The pod's view of names: DNS policy and configuration, host aliases, host names.

Source: `validateDNSPolicy`, `validatePodDNSConfig`, `ValidateHostAliases`, `validatePodHostName`
in `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
    too_long,
)
from kubelearn.api.validation.ip import legacy_address

POLICIES: Final = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
NAMESERVERS: Final = 3
SEARCH_PATHS: Final = 32
SEARCH_CHARACTERS: Final = 2048
HOSTNAME_OVERRIDE_LENGTH: Final = 64


def validate_dns_policy(policy: str, path: str) -> list[FieldError]:
    """Where the pod's resolver asks."""
    if not policy:
        return [required(path)]
    return [] if policy in POLICIES else [not_supported(path, policy, POLICIES)]


def validate_dns_config(config: Object | None, policy: str, path: str) -> list[FieldError]:
    """The resolver's own settings, which policy None needs."""
    if policy == "None":
        if config is None:
            return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not config.get("nameservers"):
            text = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [required(child(path, "nameservers"), text)]
    if config is None:
        return []
    errors = _nameservers(config.get("nameservers") or [], child(path, "nameservers"))
    errors += _searches(config.get("searches") or [], child(path, "searches"))
    for position, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            place = index(child(path, "options"), position)
            errors.append(required(place, "must not be empty"))
    return errors


def validate_host_aliases(aliases: Sequence[Object], path: str) -> list[FieldError]:
    """Lines that are added to /etc/hosts."""
    errors: list[FieldError] = []
    for position, alias in enumerate(aliases):
        place, ip = index(path, position), alias.get("ip") or ""
        errors += legacy_address(ip, child(place, "ip"))
        for number, name in enumerate(alias.get("hostnames") or ()):
            where = index(child(place, "hostnames"), number)
            errors += [invalid(where, name, text) for text in names.dns1123_subdomain(name)]
    return errors


def validate_hostname_override(spec: Object, path: str) -> list[FieldError]:
    """A host name that replaces the one made from the pod's name."""
    override = spec.get("hostnameOverride")
    if override is None:
        return []
    place = child(path, "hostnameOverride")
    errors = []
    if spec.get("setHostnameAsFQDN"):
        errors.append(forbidden(place, "may not be specified when setHostnameAsFQDN is true"))
    if spec.get("hostNetwork"):
        errors.append(forbidden(place, "may not be specified when hostNetwork is true"))
    if len(override.encode()) > HOSTNAME_OVERRIDE_LENGTH:
        errors.append(too_long(place, "", HOSTNAME_OVERRIDE_LENGTH))
    return errors + [invalid(place, override, text) for text in names.dns1123_subdomain(override)]


def _nameservers(servers: list[str], path: str) -> list[FieldError]:
    errors = []
    if len(servers) > NAMESERVERS:
        text = f"must not have more than {NAMESERVERS} nameservers"
        errors.append(invalid(path, servers, text))
    for position, server in enumerate(servers):
        errors += legacy_address(server, index(path, position))
    return errors


def _searches(searches: list[str], path: str) -> list[FieldError]:
    errors = []
    if len(searches) > SEARCH_PATHS:
        text = f"must not have more than {SEARCH_PATHS} search paths"
        errors.append(invalid(path, searches, text))
    if len(" ".join(searches).encode()) > SEARCH_CHARACTERS:
        text = (
            f"must not have more than {SEARCH_CHARACTERS} characters (including spaces) "
            "in the search list"
        )
        errors.append(invalid(path, searches, text))
    for position, search in enumerate(searches):
        if search == ".":
            continue
        name = search.removesuffix(".")
        messages = names.dns1123_subdomain_with_underscore(name)
        errors += [invalid(index(path, position), name, text) for text in messages]
    return errors
