"""The webhooks that change objects: those of the add-ons that bring some, each if it is installed.

After a webhook has changed a pod the plugins before it run again, as upstream's do
(`reinvocationPolicy` of built-in plugins); of these only the service account's has more to add.
Source: `k8s.io/apiserver/pkg/admission/plugin/webhook/mutating`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.istio_injection import IstioInjection
from kubelearn.api.admission.load_balancer_class import ServiceMutatorWebhook
from kubelearn.api.admission.readiness_gates import PodReadinessGates
from kubelearn.api.admission.request import AdmissionRequest, Plugin
from kubelearn.api.admission.service_account import ServiceAccount
from kubelearn.api.objects import Object

WEBHOOKS: Final[tuple[Plugin, ...]] = (
    ServiceMutatorWebhook(),
    PodReadinessGates(),
    IstioInjection(),
)
"""In the order of their configurations' names."""


class MutatingAdmissionWebhook:
    """Asks one webhook after the other."""

    name = "MutatingAdmissionWebhook"
    per_object = True

    def __init__(self) -> None:
        self.again = ServiceAccount()

    def admit(self, request: AdmissionRequest) -> Object:
        """The object after all webhooks."""
        before = request.written()
        for webhook in WEBHOOKS:
            changed = webhook.admit(request)  # type: ignore[attr-defined]
            if changed is not request.written():
                request = request.changed(changed)
        after = request.written()
        return after if after is before else self.again.admit(request)

    def validate(self, request: AdmissionRequest) -> None:
        """Refuse pods for which a webhook would have to be asked that does not answer."""
        IstioInjection().validate(request)
