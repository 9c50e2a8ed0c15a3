"""The webhook of ingress-nginx: refuses Ingresses that its nginx could not serve.

Two Ingresses cannot have the same host and path, unless one of them says whether it is a canary;
and only ImplementationSpecific paths may be regular expressions. It is asked about every Ingress,
and while no pod of the controller is ready no Ingress can be written.
Source: ingress-nginx 1.13 `internal/ingress/controller/controller.go` (CheckIngress, checkOverlap),
`internal/ingress/inspector`, `deploy/static/provider/cloud/deploy.yaml`.

Unlike the real one: the answer takes no time; nginx is not asked to test the configuration, and
annotations are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.admission.webhook_calls import Service
from kubelearn.api.errors import BadRequest
from kubelearn.api.objects import Object, is_terminating, key_of

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer

INGRESSES: Final = "ingresses.networking.k8s.io"
CLASSES: Final = "ingressclasses.networking.k8s.io"
CONTROLLER: Final = "k8s.io/ingress-nginx"
LEGACY: Final = "kubernetes.io/ingress.class"
CANARY: Final = "nginx.ingress.kubernetes.io/canary"
CONFIGURATIONS: Final = "validatingwebhookconfigurations.admissionregistration.k8s.io"
CONFIGURATION: Final = "ingress-nginx-admission"
WEBHOOK: Final = "validate.nginx.ingress.kubernetes.io"
SERVICE: Final = Service("ingress-nginx", "ingress-nginx-controller-admission")
ANY_HOST: Final = "_"
SPECIFIC: Final = "ImplementationSpecific"
PLAIN: Final = re.compile(r"/[A-Za-z0-9._\-/]*")


class Place(NamedTuple):
    """A location of nginx that an Ingress asks for."""

    host: str
    path: str
    kind: str


class IngressNginxWebhook:
    """Looks at Ingresses; does nothing where ingress-nginx is not installed."""

    name = "IngressNginxValidation"
    per_object = False

    def validate(self, request: AdmissionRequest) -> None:
        """BadRequest for what nginx cannot serve; InternalError while the controller is away."""
        if request.operation not in ("CREATE", "UPDATE") or request.resource != INGRESSES:
            return
        if request.subresource or ("", CONFIGURATION) not in request.api.store.items(
            CONFIGURATIONS
        ):
            return
        if not SERVICE.answers(request.api):
            raise SERVICE.silent(WEBHOOK, "/networking/v1/ingresses")
        ingress = request.written()
        if is_terminating(ingress) or not is_own(request.api, ingress):
            return
        wrong = _unfit(ingress) or _overlap(request.api, ingress)
        if wrong:
            raise BadRequest(f'admission webhook "{WEBHOOK}" denied the request: {wrong}')


def is_own(api: APIServer, ingress: Object) -> bool:
    """Whether the class of an Ingress is one of this controller's; the old annotation first."""
    legacy = (ingress["metadata"].get("annotations") or {}).get(LEGACY)
    if legacy is not None:
        return bool(legacy == "nginx")
    found = api.find(CLASSES, None, ingress["spec"].get("ingressClassName") or "")
    return found is not None and found["spec"].get("controller") == CONTROLLER


def _unfit(ingress: Object) -> str:
    """What is wrong with the paths; "" when nothing is."""
    wrong = [
        f"path {one.path} cannot be used with pathType {one.kind}"
        for one in _places(ingress)
        if one.kind != SPECIFIC and not PLAIN.fullmatch(one.path)
    ]
    return "ingress contains invalid paths: " + "\n".join(wrong) if wrong else ""


def _overlap(api: APIServer, ingress: Object) -> str:
    """Which of its paths another Ingress has already; the first that anybody has decides."""
    others = [
        one for one in api.list(INGRESSES)
        if key_of(one) != key_of(ingress) and is_own(api, one) and not is_terminating(one)
    ]  # fmt: skip
    ordered = sorted([*others, ingress], key=_age)
    said = (ingress["metadata"].get("annotations") or {}).get(CANARY)
    for place in _places(ingress):
        owners = _owners(ordered, place)
        if not owners:
            continue
        if said is None and all(key_of(one) != key_of(ingress) for one in owners):
            for one in owners:
                if (one["metadata"].get("annotations") or {}).get(CANARY) is None:
                    named = "/".join(key_of(one))
                    return (
                        f'host "{place.host}" and path "{place.path}" is already defined in '
                        f"ingress {named}"
                    )
        return ""
    return ""


def _owners(ordered: list[Object], place: Place) -> list[Object]:
    """Whose location serves a host and path: for each type of path the oldest."""
    found: dict[str, Object] = {}
    for one in ordered:
        if (one["metadata"].get("annotations") or {}).get(CANARY) == "true":
            continue
        for own in _places(one):
            if (own.host, own.path) == (place.host, place.path):
                found.setdefault(own.kind, one)
    return list(found.values())


def _age(ingress: Object) -> tuple[bool, str]:
    """New ones, which have no time of creation, come last."""
    created = ingress["metadata"].get("creationTimestamp") or ""
    return not created, created


def _places(ingress: Object) -> Iterator[Place]:
    for rule in ingress["spec"].get("rules") or ():
        for one in (rule.get("http") or {}).get("paths") or ():
            if one["backend"].get("service") is not None:
                kind = one.get("pathType") or SPECIFIC
                yield Place(rule.get("host") or ANY_HOST, one.get("path") or "/", kind)
