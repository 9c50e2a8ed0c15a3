"""The webhook of the AWS Load Balancer Controller: new Services of type LoadBalancer are its own.

Source: aws-load-balancer-controller 3.5 `webhooks/core/service_mutator.go`.

Unlike the real one: it is called without a request over the network, as soon as its configuration
is stored, whether or not a pod of the controller is ready.
"""

from __future__ import annotations

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object

CONFIGURATION = "aws-load-balancer-webhook"
CONFIGURATIONS = "mutatingwebhookconfigurations.admissionregistration.k8s.io"
CLASS = "service.k8s.aws/nlb"
TYPE = "service.beta.kubernetes.io/aws-load-balancer-type"


class ServiceMutatorWebhook:
    """Sets `loadBalancerClass` of a Service that names none."""

    name = "AWSLoadBalancerServiceMutator"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The Service with the controller's class, if the webhook is installed."""
        service = request.written()
        if not request.creates("services") or service["spec"].get("type") != "LoadBalancer":
            return service
        annotations = service["metadata"].get("annotations") or {}
        if service["spec"].get("loadBalancerClass") or TYPE in annotations:
            return service
        if request.api.find(CONFIGURATIONS, None, CONFIGURATION) is None:
            return service
        return {**service, "spec": {**service["spec"], "loadBalancerClass": CLASS}}
