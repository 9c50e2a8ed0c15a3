"""Selectors as kubectl takes them on a command line.

Source: apimachinery `pkg/apis/meta/v1/helpers.go` (ParseToLabelSelector), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.selector_text import terms

EQUAL = ("Equals", "DoubleEquals")


def label_selector(text: str) -> Object:
    """`a=b,c in (d,e)` as a LabelSelector."""
    labels, expressions = {}, []
    for key, operator, values in terms(text):
        if operator in EQUAL:
            labels[key] = values[0]
        else:
            expressions.append(_expression(key, operator, list(values)))
    selector: Object = {"matchLabels": labels} if labels else {}
    return selector | ({"matchExpressions": expressions} if expressions else {})


def _expression(key: str, operator: str, values: list[str]) -> Object:
    expression: Object = {
        "key": key,
        "operator": "NotIn" if operator == "NotEquals" else operator,
    }
    return expression | ({"values": values} if values else {})
