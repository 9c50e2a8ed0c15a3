"""The admission chain as a whole, over every plugin of the table."""

import pytest

from kubelearn.api import admission
from kubelearn.api.admission import ADMISSION, AdmissionRequest
from kubelearn.api.defaults import default
from tests.api.fresh import fresh, make, pod


def request_for(api, obj, resource="pods"):
    """The request to create an object in the namespace default."""
    metadata = {"namespace": "default", **obj["metadata"]}
    return AdmissionRequest(
        api, "CREATE", resource, default(resource, {**obj, "metadata": metadata})
    )


def test_the_chain_tells_what_each_plugin_did():
    """Plugins in their order, with the fields that they set."""
    steps = admission.admit(request_for(fresh(), pod())).steps
    assert [step.plugin for step in steps] == [
        "ServiceAccount",
        "Priority",
        "DefaultTolerationSeconds",
    ]
    assert steps[2].changes == ("spec.tolerations",)


def test_an_own_chain_can_be_passed():
    """A learner can leave a plugin out."""
    plugins = {name: each for name, each in ADMISSION.items() if name != "Priority"}
    admitted = admission.admit(request_for(fresh(), pod()), plugins)
    assert "priority" not in admitted.object["spec"]


@pytest.mark.parametrize("name", ADMISSION)
def test_every_plugin_has_its_name_and_something_to_do(name):
    """The key of the table is the plugin's own name."""
    plugin = ADMISSION[name]
    assert plugin.name == name
    assert hasattr(plugin, "admit") or hasattr(plugin, "validate")


@pytest.mark.parametrize("name", ADMISSION)
def test_no_plugin_changes_an_object_in_place(name):
    """What comes out is a new object where it differs."""
    request = request_for(fresh(), pod())
    before = repr(request.object)
    if hasattr(ADMISSION[name], "admit"):
        ADMISSION[name].admit(request)
    assert repr(request.object) == before


@pytest.mark.parametrize("name", ADMISSION)
def test_every_plugin_leaves_foreign_kinds_alone(name):
    """A ConfigMap is nobody's business but the namespace's."""
    api = fresh()
    request = request_for(api, make("v1", "ConfigMap", "c"), "configmaps")
    admitted = admission.admit(request, {name: ADMISSION[name]})
    admission.validate(request, {name: ADMISSION[name]})
    assert admitted.object is request.object


ON_BY_DEFAULT = """
NamespaceLifecycle LimitRanger ServiceAccount TaintNodesByCondition PodSecurity Priority
DefaultTolerationSeconds DefaultStorageClass StorageObjectInUseProtection
PersistentVolumeClaimResize RuntimeClass CertificateApproval CertificateSigning
ClusterTrustBundleAttest CertificateSubjectRestriction DefaultIngressClass PodTopologyLabels
MutatingAdmissionPolicy MutatingAdmissionWebhook ValidatingAdmissionPolicy
ValidatingAdmissionWebhook ResourceQuota
"""
ELSEWHERE = "PodTopologyLabels"
"""Acts on bindings (`kubelearn.api.binding`)."""
ABSENT = ("Certificate", "ClusterTrustBundle", "AdmissionPolicy")


def test_the_chain_is_upstreams_without_what_is_absent():
    """In upstream's order."""
    wanted = [name for name in ON_BY_DEFAULT.split() if name != ELSEWHERE]
    built = [name for name in wanted if not any(one in name for one in ABSENT)]
    assert built == list(ADMISSION)
