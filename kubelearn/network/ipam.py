"""Pod addresses: every node has a range of the cluster's 10.244.0.0/16, as with kubeadm + flannel.

Source: `pkg/controller/nodeipam/ipam/cidrset`, CNI plugin host-local: the next free address after
the last one given, from .2 on.

Unlike the real one: ranges are /24 up to 256 nodes and come from 10.0.0.0/8 beyond that.
"""

from __future__ import annotations

import ipaddress
from typing import ClassVar, NamedTuple

from kubelearn.runtime.part import Context


def is_pod_address(address: str) -> bool:
    """Whether an address is in the cluster's range of pods: 10.0.0.0/8 without the Services'."""
    first, _, rest = address.partition(".")
    return first == "10" and not 96 <= int(rest.partition(".")[0]) < 112


class Pool(NamedTuple):
    """The addresses of one node."""

    first: int
    size: int
    last: int
    """Offset of the address given last."""


class Ipam:
    """Gives pods their addresses; the kubelets' CNI plugin."""

    name = "ipam"
    state: ClassVar[tuple[str, ...]] = ("_pools", "_given", "_taken")

    def __init__(self, context: Context) -> None:
        self.context = context
        self._pools: dict[str, Pool] = {}
        self._given: dict[str, str] = {}
        """UID of the pod → address."""
        self._taken: dict[str, str] = {}

    def add_node(self, number: int) -> str:
        """The range of the node with this number, as text."""
        return f"10.{244 + number // 256}.{number % 256}.0/24" if number < 3072 else _far(number)

    def join(self, node: str, cidr: str) -> None:
        """A machine takes its range, which it knows then without its Node object."""
        if cidr:
            self._pools[node] = _pool(cidr)

    def allocate(self, node: str, pod_key: str) -> str:
        """The address of a pod (known by its UID) on a node; the same one when asked again.

        "" when no address of the node is free.
        """
        known = self._given.get(pod_key)
        if known is not None:
            return known
        pool = self._pools.get(node) or self._pool_of(node)
        for step in range(1, pool.size):
            offset = (pool.last + step - 2) % (pool.size - 3) + 2
            address = _text(pool.first + offset)
            if address not in self._taken:
                self._pools[node] = Pool(pool.first, pool.size, offset)
                self._given[pod_key] = address
                self._taken[address] = pod_key
                return address
        return ""

    def range_set(self, node: str) -> str:
        """The addresses of a node, as the plugin host-local names them."""
        pool = self._pools.get(node) or self._pool_of(node)
        return f"{_text(pool.first + 1)}-{_text(pool.first + pool.size - 2)}"

    def release(self, node: str, pod_key: str) -> None:  # noqa: ARG002
        """Take back the address of a pod; does nothing when it has none."""
        address = self._given.pop(pod_key, None)
        if address is not None:
            self._taken.pop(address, None)

    def _pool_of(self, node: str) -> Pool:
        return _pool(self.context.api.get("nodes", None, node)["spec"]["podCIDR"])


def _pool(cidr: str) -> Pool:
    network = ipaddress.ip_network(cidr)
    return Pool(int(network.network_address), network.num_addresses, 1)


def _text(address: int) -> str:
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def _far(number: int) -> str:
    """Ranges for the nodes that find no room in 10.244.0.0 to 10.255.255.255."""
    rest = number - 3072
    return f"10.{1 + rest // 256}.{rest % 256}.0/24"
