"""Paths of files inside volumes.

Source: `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.validation.field import FieldError, invalid

FILE_MODE_TEXT = "must be a number between 0 and 0777 (octal), both inclusive"


def no_backsteps(value: str, path: str) -> list[FieldError]:
    """No part of the path is `..`."""
    return [invalid(path, value, "must not contain '..'")] if ".." in value.split("/") else []


def local_descending_path(value: str, path: str) -> list[FieldError]:
    """A relative path without `..`."""
    errors = [invalid(path, value, "must be a relative path")] if value.startswith("/") else []
    return errors + no_backsteps(value, path)


def local_non_reserved_path(value: str, path: str) -> list[FieldError]:
    """A relative path without `..` that does not start with two dots either."""
    errors = local_descending_path(value, path)
    if value.startswith("..") and not value.startswith("../"):
        errors.append(invalid(path, value, "must not start with '..'"))
    return errors


def file_mode(mode: int | None, path: str) -> list[FieldError]:
    """Permission bits: 0 to 0777 (511)."""
    return [] if mode is None or 0 <= mode <= 0o777 else [invalid(path, mode, FILE_MODE_TEXT)]
