"""Gates that target groups put into new pods."""

import pytest

from kubelearn.api.admission.readiness_gates import BINDINGS, LABEL, PodReadinessGates
from kubelearn.api.admission.request import AdmissionRequest
from tests.network.small import server, service


def gates(*, label="enabled", target="ip", labels=None, given=()):
    """The gates of a new pod."""
    api = server()
    metadata = {"name": "default", "labels": {LABEL: label} if label else {}}
    api.store.put("namespaces", ("", "default"), {"kind": "Namespace", "metadata": metadata})
    service(api, "web", selector={"app": "web"})
    spec = {"serviceRef": {"name": "web", "port": 80}, "targetType": target}
    binding = {"metadata": {"name": "tg", "namespace": "default"}, "spec": spec}
    api.store.put(BINDINGS, ("default", "tg"), binding)
    listed = [{"conditionType": name} for name in given]
    pod = {
        "metadata": {"name": "x", "namespace": "default", "labels": labels or {"app": "web"}},
        "spec": {"readinessGates": listed} if given else {},
    }
    request = AdmissionRequest(api, "CREATE", "pods", pod)
    admitted = PodReadinessGates().admit(request)
    return [one["conditionType"] for one in admitted["spec"].get("readinessGates", ())]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["target-health.elbv2.k8s.aws/tg"]),
        ({"label": ""}, []),
        ({"label": "disabled"}, []),
        ({"target": "instance"}, []),
        ({"labels": {"app": "other"}}, []),
        ({"given": ["own"]}, ["own", "target-health.elbv2.k8s.aws/tg"]),
        ({"given": ["target-health.elbv2.k8s.aws/tg"]}, ["target-health.elbv2.k8s.aws/tg"]),
    ],
)
def test_who_gets_a_gate(options, expected):
    """Pods behind an address target group, in a namespace that asks for it."""
    assert gates(**options) == expected
