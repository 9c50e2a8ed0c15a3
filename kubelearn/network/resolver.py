"""A pod's resolver: the /etc/resolv.conf that the kubelet writes, and the names that it tries.

Source: `pkg/kubelet/network/dns/dns.go`, Kubernetes 1.36; resolv.conf(5) for its meaning.

Unlike the real one: only the first nameserver is asked, and no event DNSConfigForming is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object

MAX_NAMESERVERS = 3
MAX_SEARCHES = 32
MAX_SEARCH_LETTERS = 2048
MAX_SEARCH_ENTRY = 253
"""Longer entries make some resolvers abort; they are left out."""
CLUSTER_OPTIONS = ("ndots:5",)


class ResolvConf(NamedTuple):
    """The lines of a resolv.conf."""

    nameservers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def number(self, option: str, default: int, most: int) -> int:
        """The value of an option such as ndots; glibc cuts it at `most`."""
        for each in self.options:
            name, _, value = each.partition(":")
            if name == option and value.isdigit():
                return min(int(value), most)
        return default


class Limited(NamedTuple):
    """What is left of a line within the limits, and the warning if something was cut."""

    kept: tuple[str, ...]
    warning: str = ""


def dns_type(policy: str, *, host_network: bool) -> str:
    """Whose resolver settings a pod starts from: "cluster", "host" or "none"."""
    if policy == "None":
        return "none"
    if policy == "ClusterFirstWithHostNet" or (policy == "ClusterFirst" and not host_network):
        return "cluster"
    if policy in ("ClusterFirst", "Default"):
        return "host"
    raise ValueError(
        f"invalid DNS policy: {policy!r}: use ClusterFirst, ClusterFirstWithHostNet, Default "
        "or None"
    )


def resolv_conf(
    pod: Object, host: ResolvConf, cluster_dns: Sequence[str], domain: str
) -> ResolvConf:
    """The resolv.conf of a pod on a node with resolv.conf `host`, in a cluster `domain`."""
    spec = pod["spec"]
    policy = spec.get("dnsPolicy", "ClusterFirst")
    kind = dns_type(policy, host_network=spec.get("hostNetwork", False))
    conf = ResolvConf() if kind == "none" else host
    if kind == "cluster" and cluster_dns:
        namespace = pod["metadata"]["namespace"]
        searches = (f"{namespace}.svc.{domain}", f"svc.{domain}", domain)
        conf = ResolvConf(tuple(cluster_dns), _once(*searches, *host.searches), CLUSTER_OPTIONS)
    own = spec.get("dnsConfig") or {}
    return ResolvConf(
        limit_nameservers(_once(*conf.nameservers, *own.get("nameservers") or ())).kept,
        limit_searches(_once(*conf.searches, *own.get("searches") or ())).kept,
        merge_options(conf.options, own.get("options") or ()),
    )


def _once(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def limit_nameservers(nameservers: Sequence[str]) -> Limited:
    """The first three nameservers."""
    kept = tuple(nameservers[:MAX_NAMESERVERS])
    return Limited(kept, _warning("Nameserver", "nameservers", "nameserver", kept, nameservers))


def limit_searches(searches: Sequence[str]) -> Limited:
    """As many search paths from the front as the limits allow."""
    kept = [each for each in searches[:MAX_SEARCHES] if len(each) <= MAX_SEARCH_ENTRY]
    while len(" ".join(kept)) > MAX_SEARCH_LETTERS:
        kept.pop()
    return Limited(
        tuple(kept), _warning("Search Line", "search paths", "search", tuple(kept), searches)
    )


def _warning(what: str, things: str, line: str, kept: tuple[str, ...], given: Sequence[str]) -> str:
    if len(kept) == len(given):
        return ""
    return (
        f"{what} limits were exceeded, some {things} have been omitted, the applied {line} line "
        f"is: {' '.join(kept)}"
    )


def merge_options(existing: Sequence[str], own: Sequence[Object]) -> tuple[str, ...]:
    """Options with those of a pod's dnsConfig, which win by name."""
    values = dict(option.partition(":")[::2] for option in existing)
    values.update({option["name"]: option.get("value") or "" for option in own})
    return tuple(f"{name}:{value}" if value else name for name, value in values.items())


def candidates(host: str, conf: ResolvConf) -> list[str]:
    """The full names that a resolver tries for a host, in order."""
    if host.endswith("."):
        return [host.rstrip(".")]
    searched = [f"{host}.{suffix}" for suffix in conf.searches]
    ndots = conf.number("ndots", 1, 15)
    return [host, *searched] if host.count(".") >= ndots else [*searched, host]
