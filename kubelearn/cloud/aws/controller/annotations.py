"""Reading the controller's annotations.

Source: aws-load-balancer-controller `pkg/annotations/parser.go`, 3.5.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from kubelearn.cloud.aws.controller.shapes import Shape, misfit

SERVICE_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
INGRESS_PREFIX = "alb.ingress.kubernetes.io/"

Annotations = Mapping[str, str]
"""By their names without the prefix."""

TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False")
"""What Go's strconv.ParseBool takes."""


class AnnotationError(ValueError):
    """An annotation that the controller cannot read: it does nothing and says why in an event."""

    reason: ClassVar[str] = "FailedBuildModel"
    """Of the event."""
    words: ClassVar[str] = "Failed build model due to"
    """With which its message begins."""
    again: ClassVar[int | None] = None
    """After how long (ns) the controller tries again by itself; None: when an object changes."""

    @property
    def message(self) -> str:
        """Of the event."""
        return f"{self.words} {self}"


class DeployError(AnnotationError):
    """What AWS refuses of what the controller has read."""

    reason: ClassVar[str] = "FailedDeployModel"
    words: ClassVar[str] = "Failed deploy model due to"
    code: ClassVar[str] = "InvalidConfigurationRequest"
    """Of the error in AWS's API."""

    @property
    def message(self) -> str:
        """Of the event."""
        return f"{self.words} {self.code}: {self}"


class ValidationError(DeployError):
    """A value that is out of its range."""

    code: ClassVar[str] = "ValidationError"


def stripped(annotations: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The annotations with a prefix, by what follows it."""
    return {
        name.removeprefix(prefix): value
        for name, value in annotations.items()
        if name.startswith(prefix)
    }


def boolean(text: str, name: str) -> bool:
    """A truth value in Go's spelling."""
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise AnnotationError(
        f"failed to parse bool annotation, {name}: {text}: "
        f'strconv.ParseBool: parsing "{text}": invalid syntax'
    )


def number(text: str, name: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise AnnotationError(
            f"failed to parse int64 annotation, {name}: {text}: "
            f'strconv.ParseInt: parsing "{text}": invalid syntax'
        ) from None


def words(text: str) -> list[str]:
    """A list separated by commas."""
    return [word for part in text.split(",") if (word := part.strip())]


def parsed(annotations: Annotations, name: str, default: Any, shape: Shape = dict) -> Any:
    """What an annotation says in JSON, which has to be of a shape (see `shapes`)."""
    if name not in annotations:
        return default
    text = f"failed to parse json annotation, {name}: {annotations[name]}"
    try:
        found = json.loads(annotations[name])
    except ValueError as error:
        raise AnnotationError(f"{text}: {error}") from None
    wrong = misfit(found, shape)
    if wrong:
        raise AnnotationError(f"{text}: {wrong}")
    return default if found is None else found


def mapping(text: str, name: str) -> dict[str, str]:
    """`key=value` pairs separated by commas."""
    found = {}
    for pair in words(text):
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise AnnotationError(
                f"failed to parse stringMap annotation, {name}: {text}: invalid pair {pair!r}"
            )
        found[key.strip()] = value.strip()
    return found
