"""The admission chain: what happens to a write between reading it and storing it.

The chain is a visible, ordered table. First every `admit` may change the object, in order; after
the API server has validated the object every `validate` may refuse it. A new plugin is its file
and one line here. `admit` tells what each plugin changed, so that the chain can be shown.

Source: `pkg/kubeapiserver/options/plugins.go`, Kubernetes 1.36 (the plugins that are on by
default).

Unlike the real one: the plugins on certificates and admission policies are absent, and webhooks but
for those of add-ons that are installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from kubelearn.api.admission.default_classes import DefaultIngressClass, DefaultStorageClass
from kubelearn.api.admission.default_tolerations import DefaultTolerationSeconds
from kubelearn.api.admission.limit_ranger import LimitRanger
from kubelearn.api.admission.mutating_webhooks import MutatingAdmissionWebhook
from kubelearn.api.admission.namespace_lifecycle import NamespaceLifecycle
from kubelearn.api.admission.pod_security import PodSecurity
from kubelearn.api.admission.priority import Priority
from kubelearn.api.admission.request import (
    AdmissionRequest,
    Admitted,
    Plugin,
    Step,
    changed_paths,
)
from kubelearn.api.admission.resource_quota import ResourceQuota
from kubelearn.api.admission.runtime_class import RuntimeClass
from kubelearn.api.admission.service_account import ServiceAccount
from kubelearn.api.admission.storage_protection import (
    PersistentVolumeClaimResize,
    StorageObjectInUseProtection,
)
from kubelearn.api.admission.taint_nodes import TaintNodesByCondition
from kubelearn.api.admission.validating_webhooks import ValidatingAdmissionWebhook

__all__ = ["ADMISSION", "AdmissionRequest", "Admitted", "Plugin", "Step", "admit", "validate"]

ADMISSION: Final[Mapping[str, Plugin]] = {
    plugin.name: plugin
    for plugin in (
        NamespaceLifecycle(),
        LimitRanger(),
        ServiceAccount(),
        TaintNodesByCondition(),
        PodSecurity(),
        Priority(),
        DefaultTolerationSeconds(),
        DefaultStorageClass(),
        StorageObjectInUseProtection(),
        PersistentVolumeClaimResize(),
        RuntimeClass(),
        DefaultIngressClass(),
        MutatingAdmissionWebhook(),
        ValidatingAdmissionWebhook(),
        ResourceQuota(),
    )
}
"""Every plugin by name, in the order in which they are asked."""

Check: TypeAlias = Callable[[AdmissionRequest], None]


def admit(request: AdmissionRequest, plugins: Mapping[str, Plugin] = ADMISSION) -> Admitted:
    """The object after all `admit` of the chain, with the steps that changed it.

    Raises the refusal of the first plugin that refuses.
    """
    steps = []
    for name, plugin in plugins.items():
        change = getattr(plugin, "admit", None)
        if change is None:
            continue
        before = request.written()
        after = change(request)
        if after is not before:
            steps.append(Step(name, tuple(changed_paths(before, after))))
            request = request.changed(after)
    return Admitted(request.written(), tuple(steps))


def validate(
    request: AdmissionRequest,
    plugins: Mapping[str, Plugin] = ADMISSION,
    *,
    per_object: bool = False,
) -> None:
    """Ask every `validate` of the chain; raises the refusal of the first that refuses.

    `per_object` asks only the plugins whose answer can differ between pods of one template.
    """
    built_in = plugins is ADMISSION and per_object
    for check in PER_OBJECT if built_in else _checks(plugins, per_object=per_object):
        check(request)


def _checks(plugins: Mapping[str, Plugin], *, per_object: bool) -> tuple[Check, ...]:
    """The `validate` of all plugins that have one."""
    asked = [each for each in plugins.values() if each.per_object or not per_object]
    return tuple(check for each in asked if (check := getattr(each, "validate", None)))


PER_OBJECT: Final = _checks(ADMISSION, per_object=True)
"""Found once: every pod is asked about."""
