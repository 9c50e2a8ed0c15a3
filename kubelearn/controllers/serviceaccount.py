"""ServiceAccount: every active namespace has the account `default`.

Source: `pkg/controller/serviceaccount/serviceaccounts_controller.go`, Kubernetes 1.36.

Unlike the real one: the ConfigMap kube-root-ca.crt comes from this controller too, with a fixed
text in the place of a certificate until the model has real ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.objects import Key, Object, is_terminating
from kubelearn.api.store import Record
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

ROOT_CA = "kube-root-ca.crt"
ROOT_CA_NOTE = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal "
    "endpoints such as the internal service IP or kubernetes.default.svc. No other usage is "
    "guaranteed across distributions of Kubernetes clusters."
)


def _namespace(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The namespace of an account or ConfigMap that is gone."""
    name = record.key[1]
    return (("", record.key[0]),) if record.new is None and name in ("default", ROOT_CA) else ()


class ServiceAccountController:
    """Creates what every namespace has."""

    name: ClassVar[str] = "serviceaccount"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own("namespaces"),
        Mapped("serviceaccounts", _namespace),
        Mapped("configmaps", _namespace),
    )
    explains: ClassVar[tuple[str, ...]] = ("serviceaccounts",)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Create the account and the ConfigMap when they are missing."""
        namespace = self.context.api.find("namespaces", *key)
        if namespace is None or is_terminating(namespace):
            return None
        name = namespace["metadata"]["name"]
        if self.context.api.find("serviceaccounts", name, "default") is None:
            self.context.api.create(_account(name))
        if self.context.api.find("configmaps", name, ROOT_CA) is None:
            self.context.api.create(_root_ca(name))
        return None

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """Who made the account."""
        if obj["metadata"]["name"] != "default":
            return []
        return [Reason("serviceaccount-controller", "every namespace gets the account default")]


def _account(namespace: str) -> Object:
    metadata = {"name": "default", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}


def _root_ca(namespace: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": ROOT_CA,
            "namespace": namespace,
            "annotations": {"kubernetes.io/description": ROOT_CA_NOTE},
        },
        "data": {"ca.crt": "the certificate of this simulated cluster\n"},
    }
