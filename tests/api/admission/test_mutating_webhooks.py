"""The webhooks of add-ons."""

from kubelearn.api.admission.mutating_webhooks import WEBHOOKS, MutatingAdmissionWebhook
from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.cluster import Cluster


def test_without_an_add_on_nothing_is_changed():
    """The very same object comes back."""
    pod = {"metadata": {"name": "p", "namespace": "default"}, "spec": {"containers": []}}
    request = AdmissionRequest(Cluster(nodes=0).api, "CREATE", "pods", pod)
    plugin = MutatingAdmissionWebhook()
    assert plugin.admit(request) is pod
    plugin.validate(request)


def test_they_are_asked_in_the_order_of_their_configurations_names():
    """aws-load-balancer-webhook, istio-sidecar-injector."""
    names = [one.name for one in WEBHOOKS]
    assert names == sorted(names, key=lambda name: name.startswith("Istio"))
    assert names[-1] == "IstioSidecarInjector"
