"""Which nodes a pod may run on: nodeSelector and node affinity.

Terms are ORed; inside a term all expressions and fields are ANDed. An empty term matches nothing,
and a term with an invalid expression matches nothing
(`staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go`, 1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from kubelearn.api.validation import names

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
NODE_NAME_FIELD = "metadata.name"
_WHOLE = re.compile(r"[+-]?[0-9]+")


class NamedLabels(Protocol):
    """What is looked at in a node."""

    @property
    def name(self) -> str:
        """The name of the node."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Its labels."""


class NodeLabels(NamedTuple):
    """Name and labels of a Node object."""

    name: str
    labels: Mapping[str, str]


class NodeRequirement(NamedTuple):
    """One expression on a label of the node, or on its name."""

    key: str
    operator: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        values = f" ({', '.join(self.values)})" if self.values else ""
        return f"{self.key} {self.operator}{values}"

    @property
    def valid(self) -> bool:
        """Whether the expression means anything, by its form."""
        count = len(self.values)
        if names.label_key(self.key) or any(names.label_value(value) for value in self.values):
            return False
        if self.operator in ("In", "NotIn"):
            return count > 0
        if self.operator in ("Exists", "DoesNotExist"):
            return count == 0
        return self.operator in ("Gt", "Lt") and count == 1 and _whole(self.values[0]) is not None

    @property
    def valid_field(self) -> bool:
        """Whether the expression means anything on a field of the node."""
        return self.operator in ("In", "NotIn") and len(self.values) == 1

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels satisfy the expression."""
        value, operator = labels.get(self.key), self.operator
        if operator == "In":
            return value is not None and value in self.values
        if operator == "NotIn":
            return value is None or value not in self.values
        if operator == "Exists":
            return value is not None
        if operator == "DoesNotExist":
            return value is None
        number = None if value is None else _whole(value)
        bound = _whole(self.values[0])
        if number is None or bound is None:
            return False
        return number > bound if operator == "Gt" else number < bound


class NodeTerm(NamedTuple):
    """One term: all its parts must hold."""

    expressions: tuple[NodeRequirement, ...]
    fields: tuple[NodeRequirement, ...]
    valid: bool

    def matches(self, node: NamedLabels) -> bool:
        """Whether the node satisfies the term."""
        if not self.matches_labels(node.labels):
            return False
        if self.fields:
            name = {NODE_NAME_FIELD: node.name}
            return all(field.matches(name) for field in self.fields)
        return True

    def matches_labels(self, labels: Mapping[str, str]) -> bool:
        """Whether labels satisfy the term, whatever the node is called."""
        return self.valid and all(one.matches(labels) for one in self.expressions)

    def __str__(self) -> str:
        parts = (*self.expressions, *self.fields)
        return " and ".join(str(part) for part in parts) if self.valid else "an invalid term"

    def names(self) -> frozenset[str] | None:
        """The node names that the term's fields leave, or None when they name none."""
        named: frozenset[str] | None = None
        for field in self.fields:
            if field.key == NODE_NAME_FIELD and field.operator == "In":
                values = frozenset(field.values)
                named = values if named is None else named & values
        return named


class RequiredNodes(NamedTuple):
    """What a pod demands of its node."""

    labels: Mapping[str, str]
    """nodeSelector."""
    terms: tuple[NodeTerm, ...] | None
    """Required node affinity; None when there is none."""

    def __bool__(self) -> bool:
        return bool(self.labels) or self.terms is not None

    def matches(self, node: NamedLabels) -> bool:
        """Whether the node satisfies nodeSelector and required affinity."""
        if self.labels:
            have = node.labels
            for key, value in self.labels.items():
                if have.get(key) != value:
                    return False
        return self.terms is None or any(term.matches(node) for term in self.terms)


def required_nodes(spec: Mapping[str, Any]) -> RequiredNodes:
    """What a pod's spec demands of its node."""
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return RequiredNodes(spec.get("nodeSelector") or {}, required_terms(affinity))


def required_terms(affinity: Mapping[str, Any]) -> tuple[NodeTerm, ...] | None:
    """The required terms of a node affinity, or None when it has no such part."""
    required = affinity.get(REQUIRED)
    if required is None:
        return None
    return tuple(node_term(term) for term in required.get("nodeSelectorTerms") or ())


def node_term(term: Mapping[str, Any]) -> NodeTerm:
    """A NodeSelectorTerm, read."""
    expressions = _requirements(term.get("matchExpressions") or ())
    fields = _requirements(term.get("matchFields") or ())
    valid = all(part.valid for part in expressions) and all(part.valid_field for part in fields)
    return NodeTerm(expressions, fields, valid and bool(expressions or fields))


def _requirements(parts: Iterable[Mapping[str, Any]]) -> tuple[NodeRequirement, ...]:
    return tuple(
        NodeRequirement(part["key"], part["operator"], tuple(part.get("values") or ()))
        for part in parts
    )


def _whole(text: str) -> int | None:
    """The 64-bit number that a text means, or None."""
    if not _WHOLE.fullmatch(text):
        return None
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 63 else None


def matches_node(spec: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether a Node object satisfies nodeSelector and required affinity of a pod's spec."""
    metadata = node["metadata"]
    return required_nodes(spec).matches(NodeLabels(metadata["name"], metadata.get("labels") or {}))
