"""The webhooks that refuse objects: those of the add-ons that bring some, each if it is installed.

Source: `k8s.io/apiserver/pkg/admission/plugin/webhook/validating`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.ingress_nginx import IngressNginxWebhook
from kubelearn.api.admission.istio_validation import IstioValidation
from kubelearn.api.admission.request import AdmissionRequest, Plugin

WEBHOOKS: Final[tuple[Plugin, ...]] = (IngressNginxWebhook(), IstioValidation())
"""In the order of their configurations' names."""


class ValidatingAdmissionWebhook:
    """Asks one webhook after the other."""

    name = "ValidatingAdmissionWebhook"
    per_object = False

    def validate(self, request: AdmissionRequest) -> None:
        """The refusal of the first that refuses."""
        for webhook in WEBHOOKS:
            webhook.validate(request)  # type: ignore[attr-defined]
