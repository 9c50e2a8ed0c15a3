"""Names that the controller gives to load balancers.

Source: aws-load-balancer-controller `pkg/service/model_build_load_balancer.go`,
`pkg/ingress/model_build_load_balancer.go`, 3.5.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from kubelearn.cloud.aws.controller.annotations import AnnotationError

LIMIT = 32


def load_balancer_name(namespace: str, name: str, hashed: Sequence[str]) -> str:
    """`k8s-<namespace>-<name>-<hash>`; hashed are cluster name, identity and scheme."""
    return f"k8s-{_plain(namespace)[:8]}-{_plain(name)[:8]}-{_digits(hashed)}"


def group_name(group: str, hashed: Sequence[str]) -> str:
    """`k8s-<group>-<hash>` of the load balancer that the Ingresses of a group share."""
    return f"k8s-{_plain(group)[:17]}-{_digits(hashed)}"


def given_name(name: str) -> str:
    """A name from the annotation; AnnotationError when it is too long."""
    if len(name) > LIMIT:
        raise AnnotationError(f"load balancer name cannot be longer than {LIMIT} characters")
    return name


def _plain(text: str) -> str:
    return re.sub("[^a-zA-Z0-9]", "", text)


def _digits(hashed: Sequence[str]) -> str:
    return hashlib.sha256("".join(hashed).encode()).hexdigest()[:10]
