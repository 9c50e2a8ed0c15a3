"""What the Ingresses of a group say of the balancer that they share: they have to agree.

Who says nothing agrees with everybody. Source: aws-load-balancer-controller 3.5
`pkg/ingress/model_build_load_balancer.go`, `model_build_load_balancer_attributes.go`.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cloud.aws.controller.annotations import AnnotationError, Annotations, mapping
from kubelearn.cloud.aws.controller.service_controller import scheme_of

ATTRIBUTES = "load-balancer-attributes"


def agreed(members: Iterable[Annotations], name: str, words: str) -> str:
    """The one value of an annotation; "" where nobody has it."""
    said = sorted({one[name] for one in members if one.get(name)})
    if len(said) > 1:
        told = " ".join(f"{value}:{{}}" for value in said)
        raise AnnotationError(f"conflicting {words}: map[{told}]")
    return said[0] if said else ""


def group_scheme(members: Iterable[Annotations]) -> str:
    """Either "internal", as by default, or "internet-facing"."""
    found = agreed(members, "scheme", "scheme")
    return scheme_of({"scheme": found} if found else {})


def application_attributes(members: Iterable[Annotations]) -> dict[str, str]:
    """The attributes of an ALB that are set by the members of its group."""
    said: dict[str, str] = {}
    for given in members:
        for name, value in mapping(given.get(ATTRIBUTES, ""), ATTRIBUTES).items():
            if said.setdefault(name, value) != value:
                raise AnnotationError(
                    f"conflicting loadBalancerAttribute {name}: {said[name]} | {value}"
                )
    return said
