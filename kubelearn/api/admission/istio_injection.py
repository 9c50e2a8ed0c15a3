"""Istio's injection webhook: which new pods get a sidecar, and the pod with it.

The webhook asks istiod; without it pods of a namespace that wants sidecars cannot be created.
Source: istio `manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml`,
`pkg/kube/inject/inject.go` (injectRequired), 1.27.

Unlike the real one: the answer takes no time, revisions (`istio.io/rev`) and templates of one's
own are not read.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.istio_sidecar import with_sidecar
from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.admission.webhook_calls import Service
from kubelearn.api.objects import Object

WEBHOOK: Final = "istio-sidecar-injector"
NAMESPACE_LABEL: Final = "istio-injection"
POD_LABEL: Final = "sidecar.istio.io/inject"
INJECTED: Final = "sidecar.istio.io/status"
IGNORED: Final = ("kube-system", "kube-public", "kube-node-lease", "local-path-storage")
ISTIOD: Final = Service("istio-system", "istiod")


class IstioInjection:
    """Adds istio-init and istio-proxy; does nothing where Istio is not installed."""

    name = "IstioSidecarInjector"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The pod with its sidecar; InternalError when istiod does not answer."""
        pod = request.written()
        if not _webhook_for(request):
            return pod
        self.validate(request)
        return with_sidecar(pod, request.namespace) if wanted(pod, request.namespace) else pod

    def validate(self, request: AdmissionRequest) -> None:
        """Refuse a pod while istiod, which has to be asked about it, does not answer."""
        webhook = _webhook_for(request)
        if webhook and not ISTIOD.answers(request.api):
            raise ISTIOD.silent(webhook, "/inject")


def _webhook_for(request: AdmissionRequest) -> str:
    """The webhook that has to be asked about a new pod; "" for none."""
    if not request.creates("pods") or not _installed(request):
        return ""
    namespace = request.api.find("namespaces", None, request.namespace)
    return asked(namespace or {}, request.written())


def _installed(request: AdmissionRequest) -> bool:
    webhooks = request.api.store.items("mutatingwebhookconfigurations.admissionregistration.k8s.io")
    return ("", WEBHOOK) in webhooks


def asked(namespace: Object, pod: Object) -> str:
    """The webhook that is asked about a pod, by the labels of both; "" for none."""
    labels = (namespace.get("metadata") or {}).get("labels") or {}
    own = (pod["metadata"].get("labels") or {}).get(POD_LABEL)
    if "istio.io/rev" in labels:
        return ""
    said = labels.get(NAMESPACE_LABEL)
    if said == "enabled" and own != "false":
        return "namespace.sidecar-injector.istio.io"
    if said is None and own == "true":
        return "object.sidecar-injector.istio.io"
    return ""


def wanted(pod: Object, namespace: str) -> bool:
    """Whether istiod injects a pod that it is asked about."""
    metadata, spec = pod["metadata"], pod.get("spec") or {}
    annotations = metadata.get("annotations") or {}
    if spec.get("hostNetwork") or namespace in IGNORED or INJECTED in annotations:
        return False
    said = (metadata.get("labels") or {}).get(POD_LABEL, annotations.get(POD_LABEL, "true"))
    return str(said).lower() in ("true", "y", "yes", "on")
