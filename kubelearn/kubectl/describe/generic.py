"""Any object, field by field: for kinds that have no description of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import Page, heading, tags

ABOVE = ("managedFields", "name", "namespace", "labels", "annotations")
"""Metadata that is not shown again."""
ACRONYMS = ("API", "URL", "UID", "GUID")
# Two capitals before a small letter are parted, three and more are not: so does kubectl 1.37.
WORDS = re.compile(r"(?<![A-Z])[A-Z](?=[A-Z][a-z])|[A-Z]*[a-z]+|[A-Z]+|-")


def generic(_client: Client, page: Page, obj: Object) -> None:
    """All fields of an object."""
    heading(page, obj)
    tags(page, obj)
    metadata = {name: v for name, v in obj["metadata"].items() if name not in ABOVE}
    _fields(page, {**obj, "metadata": metadata}, 0)


def _fields(page: Page, fields: Mapping[str, Any], level: int) -> None:
    for name in sorted(fields):
        value = fields[name]
        if isinstance(value, Mapping):
            page.line(f"{_label(name)}:", level)
            _fields(page, value, level + 1)
        elif isinstance(value, list):
            page.line(f"{_label(name)}:", level)
            for item in value:
                if isinstance(item, Mapping):
                    _fields(page, item, level + 1)
                else:
                    page.line(_text(item), level + 1)
        else:
            page.line(f"{_label(name)}:\t{_text(value)}", level)


def _text(value: Any) -> str:
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _label(name: str) -> str:
    """A field's name in words: "apiVersion" is "API Version"."""
    if not re.fullmatch(r"[A-Za-z-]+", name):
        return name
    return " ".join(_word(word) for word in WORDS.findall(name))


def _word(word: str) -> str:
    if word.upper() in ACRONYMS:
        return word.upper()
    return word.capitalize() if word.islower() else word
