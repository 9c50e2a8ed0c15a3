"""ResourceQuotas bound how much of each resource a namespace may use.

A quota counts in its own status: a create that fits is added to `status.used` at once; the quota
controller corrects the number later. A quota whose status is still empty bounds nothing.

Source: apiserver `pkg/admission/plugin/resourcequota/controller.go`,
`pkg/quota/v1/evaluator/core`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kubelearn.api.admission.quota_usage import scope_matches, unspecified, usage_of
from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object, get_path
from kubelearn.api.pod_resources import Amounts, amounts, plus
from kubelearn.api.quantity import Quantity, subtract

ON_UPDATE: Final = ("services", "persistentvolumeclaims")
"""Resources whose updates can cost more than before."""


class ResourceQuota:
    """Refuses what would exceed a quota, and counts what fits."""

    name = "ResourceQuota"
    per_object = True

    def validate(self, request: AdmissionRequest) -> None:
        """Forbidden when a quota is exceeded or the pod does not say what it needs."""
        if not request.namespace or not _is_counted(request):
            return
        quotas = request.api.list("resourcequotas", request.namespace)
        if not quotas:
            return
        cost = _cost(request)
        fitting = [self._fit(request, quota, cost) for quota in quotas]
        if request.dry_run:
            return
        for quota, used in zip(quotas, fitting, strict=True):
            if used is not None:
                name = quota["metadata"]["name"]
                request.api.patch_status("resourcequotas", request.namespace, name, {"used": used})

    def _fit(self, request: AdmissionRequest, quota: Object, cost: Amounts) -> Object | None:
        """The new `used` of a quota; None if the object does not count in it."""
        hard = amounts(get_path(quota, "status", "hard"))
        if not scope_matches(quota, request.resource, request.written()):
            return None
        name = quota["metadata"]["name"]
        counted = {name: amount for name, amount in cost.items() if name in hard}
        missing = unspecified(request.resource, request.written(), hard)
        if missing:
            raise request.forbidden(f"failed quota: {name}: must specify {missing}")
        if not counted:
            return None
        used = amounts(get_path(quota, "status", "used"))
        unknown = sorted(set(counted) - set(used))
        if unknown:
            listed = ",".join(unknown)
            raise request.forbidden(f"status unknown for quota: {name}, resources: {listed}")
        after = plus(used, counted)
        self._refuse_excess(request, name, counted, used, after, hard)
        return {resource: str(amount) for resource, amount in after.items()}

    def _refuse_excess(
        self,
        request: AdmissionRequest,
        quota: str,
        cost: Amounts,
        used: Amounts,
        after: Amounts,
        hard: Amounts,
    ) -> None:
        over = sorted(name for name in cost if after[name].nano > hard[name].nano)
        if over:
            raise request.forbidden(
                f"exceeded quota: {quota}, requested: {_pairs(over, cost)}, "
                f"used: {_pairs(over, used)}, limited: {_pairs(over, hard)}"
            )


def _is_counted(request: AdmissionRequest) -> bool:
    """Whether the write can cost something: a create, or an update that may ask for more."""
    if request.subresource:
        return (request.resource, request.subresource) == ("pods", "resize")
    if request.operation == "UPDATE":
        return request.resource in ON_UPDATE
    return request.operation == "CREATE"


def _pairs(names: Iterable[str], values: Amounts) -> str:
    return ",".join(f"{name}={values[name]}" for name in names)


def _cost(request: AdmissionRequest) -> Amounts:
    """What the write adds to the use of the namespace; on update only what grows."""
    cost = usage_of(request.resource, request.written())
    if request.operation == "UPDATE" and request.old is not None:
        before = usage_of(request.resource, request.old)
        zero = Quantity(0)
        grown = {name: subtract(amount, before.get(name, zero)) for name, amount in cost.items()}
        return {name: amount for name, amount in grown.items() if amount.nano > 0}
    return {name: amount for name, amount in cost.items() if amount.nano > 0}
