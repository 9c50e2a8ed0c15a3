"""Which mode kube-proxy runs in: its KubeProxyConfiguration in the ConfigMap `kube-proxy`.

Source: Kubernetes 1.36 `pkg/proxy/apis/config`; kubeadm keeps the file in the ConfigMap
`kube-system/kube-proxy` under `config.conf`.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.manifest import load
from kubelearn.api.objects import Object, get_path
from kubelearn.network.proxy_modes.ipvs import SCHEDULERS

CONFIG_MAP = ("kube-system", "kube-proxy")
MODES = ("iptables", "ipvs", "nftables")


class Mode(NamedTuple):
    """The mode, and the scheduler of mode ipvs."""

    name: str = "iptables"
    scheduler: str = "rr"


def mode_of(config_map: Object | None) -> Mode:
    """What a ConfigMap asks for; ValueError for what kube-proxy would not start with."""
    text = get_path(config_map or {}, "data", "config.conf", default="")
    found = [manifest.object for manifest in load(text)] if text else []
    configuration = found[0] if found else {}
    name = configuration.get("mode") or "iptables"
    scheduler = get_path(configuration, "ipvs", "scheduler", default="") or "rr"
    if name not in MODES:
        raise ValueError(f"mode: {name!r} is no mode of kube-proxy: use {', '.join(MODES)}")
    if scheduler not in SCHEDULERS:
        raise ValueError(
            f"ipvs.scheduler: {scheduler!r} is not modelled: use {', '.join(SCHEDULERS)}"
        )
    return Mode(name, scheduler)
