"""The modes of kube-proxy: how each picks an endpoint, and how its rules are shown."""

from kubelearn.network.proxy_modes.configuration import Mode, mode_of

__all__ = ["Mode", "mode_of"]
