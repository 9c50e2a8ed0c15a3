"""PodDisruptionBudgets and PriorityClasses."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.tables.printer import selector_text
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import UNSET, Page, heading, joined

COUNTS = {
    "Allowed disruptions": "disruptionsAllowed",
    "Current": "currentHealthy",
    "Desired": "desiredHealthy",
    "Total": "expectedPods",
}
"""Title → field of the status."""


def disruption_budget(_client: Client, page: Page, obj: Object) -> None:
    """A PodDisruptionBudget."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    if "minAvailable" in spec:
        page.line(f"Min available:\t{spec['minAvailable']}")
    elif "maxUnavailable" in spec:
        page.line(f"Max unavailable:\t{spec['maxUnavailable']}")
    selector = spec.get("selector")
    page.line(f"Selector:\t{UNSET if selector is None else selector_text(selector)}")
    page.line("Status:")
    for title, field in COUNTS.items():
        page.line(f"{title}:\t{status.get(field, 0)}", 2)


def priority_class(_client: Client, page: Page, obj: Object) -> None:
    """A PriorityClass."""
    heading(page, obj, namespaced=False)
    page.line(f"Value:\t{obj['value']}")
    page.line(f"GlobalDefault:\t{str(obj.get('globalDefault', False)).lower()}")
    page.line(f"PreemptionPolicy:\t{obj.get('preemptionPolicy', '')}")
    page.line(f"Description:\t{obj.get('description', '')}")
    page.line(f"Annotations:\t{joined(obj['metadata'].get('annotations'))}")
