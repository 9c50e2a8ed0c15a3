"""Names of the form `acme.io/foo` (`IsDomainPrefixedPath`, Kubernetes 1.36)."""

from __future__ import annotations

import re

from kubelearn.api.validation.checks import named
from kubelearn.api.validation.field import FieldError, invalid, required
from kubelearn.api.validation.names import (
    DOMAIN_PATH_TEXT,
    HTTP_PATH,
    dns1123_subdomain,
    regex_error,
)


def domain_prefixed_path(text: str, path: str) -> list[FieldError]:
    """A DNS name, a slash, and a path below it."""
    if not text:
        return [required(path)]
    host, slash, below = text.partition("/")
    if not slash or not host or not below:
        return [invalid(path, text, DOMAIN_PATH_TEXT)]
    errors = named(path, host, dns1123_subdomain(host))
    if errors or re.fullmatch(HTTP_PATH, below):
        return errors
    detail = regex_error("Invalid path", HTTP_PATH)
    return [*errors, invalid(path, below, detail)]
