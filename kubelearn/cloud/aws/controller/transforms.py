"""Transforms of an ALB's rules, from the annotation `transforms.SERVICE` of an Ingress.

Source: aws-load-balancer-controller 3.5 `docs/guide/ingress/annotations.md`; Elastic Load Balancing
user guide, "Transforms for listener rules".

Unlike the real one: AWS refuses in other words.
"""

from __future__ import annotations

import re
from typing import Any

from kubelearn.cloud.aws.controller.annotations import Annotations, DeployError, parsed
from kubelearn.cloud.aws.controller.shapes import TRANSFORMS

CONFIGS = {"host-header-rewrite": "hostHeaderRewriteConfig", "url-rewrite": "urlRewriteConfig"}
"""Type of a transform → where the annotation has what it does."""


def transforms_of(annotations: Annotations, service: str) -> list[dict[str, Any]]:
    """Those of the rules that lead to a Service: `type`, `regex` and `replace`."""
    given = parsed(annotations, f"transforms.{service}", [], TRANSFORMS)
    made = [_transform(one) for one in given]
    kinds = [one["type"] for one in made]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise DeployError(f"a rule can have one transform of type {kind}")
    return made


def _transform(given: dict[str, Any]) -> dict[str, Any]:
    kind = given.get("type", "")
    if kind not in CONFIGS:
        raise DeployError(f"unknown transform type: {kind}: use {' or '.join(CONFIGS)}")
    rewrites = (given.get(CONFIGS[kind]) or {}).get("rewrites") or []
    if len(rewrites) != 1:
        raise DeployError(f"{kind} needs one rewrite, {len(rewrites)} given")
    regex, replace = (str(rewrites[0].get(name, "")) for name in ("regex", "replace"))
    try:
        re.compile(regex)
    except re.error as error:
        raise DeployError(f"{kind}: {regex!r} is no regular expression: {error}") from None
    return {"type": kind, "regex": regex, "replace": replace}
