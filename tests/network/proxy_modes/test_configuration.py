"""The mode of kube-proxy from its ConfigMap."""

from kubelearn.network.proxy_modes import Mode, mode_of


def test_without_a_file_it_is_iptables():
    """Nor with an empty mode, as kubeadm writes it."""
    text = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ''\n"
    empty = {"data": {"config.conf": text}}
    assert mode_of(None) == mode_of({}) == mode_of(empty) == Mode("iptables", "rr")
