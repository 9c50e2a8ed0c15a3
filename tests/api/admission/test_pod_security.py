"""Pod security levels of a namespace."""

import pytest

from kubelearn.api.admission.pod_security_checks import BASELINE, violations
from kubelearn.api.errors import Forbidden
from tests.api.fresh import deployment, fresh, make, pod

SAFE = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {
            "name": "app",
            "image": "nginx:1.27",
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            },
        }
    ],
}
CONTAINER = {"name": "a", "image": "x"}


def namespace(**levels):
    """An API server with a namespace `team` that asks for these levels."""
    api = fresh()
    labels = {f"pod-security.kubernetes.io/{mode}": level for mode, level in levels.items()}
    api.create(make("v1", "Namespace", "team", meta={"labels": labels}))
    api.create(make("v1", "ServiceAccount", "default", meta={"namespace": "team"}))
    return api


def test_a_safe_pod_passes_the_strictest_level():
    """With everything that the checks ask for."""
    api = namespace(enforce="restricted")
    assert api.create(pod(meta={"namespace": "team"}, **SAFE))["metadata"]["name"] == "web"


def test_an_unsafe_pod_is_refused():
    """The sentence says all that is wrong."""
    with pytest.raises(Forbidden, match='violates PodSecurity "baseline:latest": host namespaces'):
        namespace(enforce="baseline").create(pod(meta={"namespace": "team"}, hostNetwork=True))


def test_workloads_are_only_warned_about():
    """The pods are refused when their controller makes them."""
    warnings: list[str] = []
    given = deployment()
    given["metadata"]["namespace"] = "team"
    namespace(enforce="restricted", warn="restricted").create(given, warnings=warnings)
    assert warnings[0].startswith('would violate PodSecurity "restricted:latest": ')


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"hostPID": True}, "host namespaces (hostPID=true)"),
        ({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, 'hostPath volumes (volume "v")'),
        ({"containers": [{**CONTAINER, "ports": [{"hostPort": 80}]}]},
         'hostPort (container "a" uses hostPort 80)'),
        ({"containers": [{**CONTAINER, "securityContext": {"privileged": True}}]},
         'privileged (container "a" must not set securityContext.privileged=true)'),
        ({"securityContext": {"sysctls": [{"name": "kernel.msgmax"}]}},
         "forbidden sysctls (kernel.msgmax)"),
    ],
)  # fmt: skip
def test_baseline_texts(spec, text):
    """One check, one text."""
    assert violations(spec, "baseline") == text


def test_privileged_checks_nothing():
    """The level of namespaces that say nothing."""
    assert violations({"hostPID": True}, "privileged") == ""
    assert all(check({}) == "" for check in BASELINE.values())


def test_a_named_version_means_the_latest():
    """Restricted v1.18 did not ask for a seccomp profile; here it does."""
    api = namespace(**{"enforce": "restricted", "enforce-version": "v1.18"})
    spec = {**SAFE, "securityContext": {"runAsNonRoot": True}}
    with pytest.raises(Forbidden, match="seccompProfile"):
        api.create(pod(meta={"namespace": "team"}, **spec))


def test_a_stricter_label_does_not_look_at_running_pods():
    """No warning about them."""
    api, warnings = namespace(), []
    api.create(pod(meta={"namespace": "team"}, hostNetwork=True))
    labels = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "baseline"}}}
    api.patch("namespaces", None, "team", labels, warnings=warnings)
    assert warnings == []


@pytest.mark.parametrize(
    "spec",
    [
        {"containers": [{**CONTAINER, "livenessProbe": {"httpGet": {"host": "8.8.8.8"}}}]},
        {"securityContext": {"seLinuxOptions": {"user": "root"}}},
    ],
)
def test_checks_that_are_absent(spec):
    """Hosts of probes and SELinux options pass."""
    assert violations(spec, "baseline") == ""
