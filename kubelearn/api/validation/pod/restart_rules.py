"""The restart policy of single containers, with rules for exit codes.

Source: `validateContainerRestartPolicy`, `validateInitContainerRestartPolicy` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import (
    FieldError,
    child,
    index,
    not_supported,
    required,
    too_many,
)

POLICIES: Final = ("Always", "Never", "OnFailure")
ACTIONS: Final = ("Restart", "RestartAllContainers")
OPERATORS: Final = ("In", "NotIn")
MOST_RULES: Final = 20
MOST_EXIT_CODES: Final = 255


def validate_restart_rules(container: Object, path: str) -> list[FieldError]:
    """The `restartPolicy` and `restartPolicyRules` of a container."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    errors: list[FieldError] = []
    if policy is None and rules:
        errors.append(_policy_needed(path))
    elif policy is not None and policy not in POLICIES:
        errors.append(not_supported(child(path, "restartPolicy"), policy, POLICIES))
    place = child(path, "restartPolicyRules")
    if len(rules) > MOST_RULES:
        errors.append(too_many(place, len(rules), MOST_RULES))
    for position, rule in enumerate(rules):
        errors += _rule(rule, index(place, position))
    return errors


def validate_init_restart_policy(container: Object, path: str) -> list[FieldError]:
    """The same of an init container."""
    if container.get("restartPolicy") is None:
        return [_policy_needed(path)] if container.get("restartPolicyRules") else []
    return validate_restart_rules(container, path)


def _policy_needed(path: str) -> FieldError:
    text = "must specify restartPolicy when restart rules are used"
    return required(child(path, "restartPolicy"), text)


def _rule(rule: Object, path: str) -> list[FieldError]:
    action, codes = rule.get("action") or "", rule.get("exitCodes")
    errors = []
    if action not in ACTIONS:
        errors.append(not_supported(child(path, "action"), action, ACTIONS))
    place = child(path, "exitCodes")
    if codes is None:
        return [*errors, required(place, "must be specified")]
    operator, values = codes.get("operator") or "", codes.get("values") or []
    if operator not in OPERATORS:
        errors.append(not_supported(child(place, "operator"), operator, OPERATORS))
    if len(values) > MOST_EXIT_CODES:
        errors.append(too_many(child(place, "values"), len(values), MOST_EXIT_CODES))
    return errors
