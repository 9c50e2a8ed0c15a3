"""Istio's validating webhook: istiod refuses objects that its proxies could not be told of.

Until istiod has been there for the first time objects pass unseen; from then on nothing can be
written while it is away.
Source: istio `manifests/charts/base/templates/defaultrevisionvalidator.yaml`,
`pkg/webhooks/validation/server/server.go`, `controller/controller.go` (failurePolicy), 1.27.

Unlike the real one: the answer takes no time, warnings are not given, and objects with the label
`istio.io/rev` are not looked at.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.istio_injection import ISTIOD
from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.errors import BadRequest
from kubelearn.api.istio import invalid

CONFIGURATIONS: Final = "validatingwebhookconfigurations.admissionregistration.k8s.io"
CONFIGURATION: Final = "istiod-default-validator"
WEBHOOK: Final = "validation.istio.io"
GROUPS: Final = (
    "networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io",
)  # fmt: skip


class IstioValidation:
    """Looks at Istio's objects; does nothing where Istio is not installed."""

    name = "IstioValidation"
    per_object = False

    def validate(self, request: AdmissionRequest) -> None:
        """BadRequest for what is invalid; InternalError while istiod is away."""
        if request.operation not in ("CREATE", "UPDATE") or request.subresource:
            return
        if request.resource.partition(".")[2] not in GROUPS:
            return
        configuration = request.api.store.get(CONFIGURATIONS, ("", CONFIGURATION))
        obj = request.written()
        if configuration is None or "istio.io/rev" in (obj["metadata"].get("labels") or {}):
            return
        if not ISTIOD.answers(request.api):
            if configuration["webhooks"][0]["failurePolicy"] == "Ignore":
                return
            raise ISTIOD.silent(WEBHOOK, "/validate")
        wrong = invalid(request.resource, obj)
        if wrong:
            raise BadRequest(
                f'admission webhook "{WEBHOOK}" denied the request: configuration is invalid: '
                f"{wrong}"
            )
