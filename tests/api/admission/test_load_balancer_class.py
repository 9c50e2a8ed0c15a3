"""The webhook of the AWS Load Balancer Controller."""

import pytest

from kubelearn.api.admission.load_balancer_class import CLASS, CONFIGURATION, CONFIGURATIONS, TYPE
from tests.network.small import server

WEBHOOK = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "MutatingWebhookConfiguration",
    "metadata": {"name": CONFIGURATION},
}


def created(*, installed=True, annotations=None, **spec):
    """The class that a new Service gets."""
    api = server()
    if installed:
        api.store.put(CONFIGURATIONS, ("", CONFIGURATION), WEBHOOK)
    metadata = {"name": "web", "namespace": "default", "annotations": annotations or {}}
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}], **spec}
    obj = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
    return api.create(obj)["spec"].get("loadBalancerClass")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, CLASS),
        ({"installed": False}, None),
        ({"loadBalancerClass": "example.com/own"}, "example.com/own"),
        ({"annotations": {TYPE: "external"}}, None),
        ({"type": "NodePort"}, None),
    ],
)
def test_new_services_are_taken(options, expected):
    """Those of type LoadBalancer that name neither class nor type."""
    assert created(**options) == expected
