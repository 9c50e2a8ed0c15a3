"""Defaults of admission webhooks (`pkg/apis/admissionregistration/v1/defaults.go`)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import each, fill, inside, present
from kubelearn.api.objects import Object

WEBHOOK: Object = {
    "failurePolicy": "Fail",
    "matchPolicy": "Equivalent",
    "namespaceSelector": {},
    "objectSelector": {},
    "timeoutSeconds": 10,
}


def default_mutating_webhook_configuration(configuration: Object) -> Object:
    """Webhooks must answer within ten seconds and are called once."""
    return each(
        configuration,
        "webhooks",
        lambda webhook: fill(_webhook(webhook), {"reinvocationPolicy": "Never"}),
    )


def default_validating_webhook_configuration(configuration: Object) -> Object:
    """Webhooks must answer within ten seconds."""
    return each(configuration, "webhooks", _webhook)


def _webhook(webhook: Object) -> Object:
    webhook = each(fill(webhook, WEBHOOK), "rules", lambda rule: fill(rule, {"scope": "*"}))
    return inside(webhook, "clientConfig", service_port)


def service_port(config: Object) -> Object:
    """A client configuration whose service is asked on port 443 when no port is given."""
    return present(config, "service", lambda service: fill(service, {"port": 443}))
