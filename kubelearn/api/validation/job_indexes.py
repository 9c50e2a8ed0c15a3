"""Indexes of Jobs: how many there may be, and lists of them such as "1,3-5".

Source: `validateJobSpec`, `validateIndexesFormat` in `pkg/apis/batch/validation`, 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError, child, invalid, required

MAX_PARALLELISM = 100_000
MAX_FAILED = 100_000
MANY_COMPLETIONS = 100_000
MAX_PARALLELISM_OF_MANY = 10_000
MAX_FAILED_OF_MANY = 10_000


def index_count_errors(spec: Object, path: str) -> list[FieldError]:
    """Numbers of an Indexed Job."""
    parallelism, failed = spec.get("parallelism"), spec.get("maxFailedIndexes")
    completions = spec.get("completions")
    errors = []
    if completions is None:
        errors.append(required(child(path, "completions"), "when completion mode is Indexed"))
    if parallelism is not None and parallelism > MAX_PARALLELISM:
        detail = f"must be less than or equal to {MAX_PARALLELISM} when completion mode is Indexed"
        errors.append(invalid(child(path, "parallelism"), parallelism, detail))
    if completions is not None and failed is not None and failed > completions:
        detail = "must be less than or equal to completions"
        errors.append(invalid(child(path, "maxFailedIndexes"), failed, detail))
    if failed is not None and failed > MAX_FAILED:
        detail = f"must be less than or equal to {MAX_FAILED}"
        errors.append(invalid(child(path, "maxFailedIndexes"), failed, detail))
    many = completions is not None and completions > MANY_COMPLETIONS
    if many and spec.get("backoffLimitPerIndex") is not None:
        errors += _many(parallelism, failed, path)
    return errors


def _many(parallelism: int | None, failed: int | None, path: str) -> list[FieldError]:
    tail = f"when completions are above {MANY_COMPLETIONS} and used with backoff limit per index"
    errors = []
    if failed is None:
        detail = f"must be specified when completions is above {MANY_COMPLETIONS}"
        errors.append(required(child(path, "maxFailedIndexes"), detail))
    if parallelism is not None and parallelism > MAX_PARALLELISM_OF_MANY:
        detail = f"must be less than or equal to {MAX_PARALLELISM_OF_MANY} {tail}"
        errors.append(invalid(child(path, "parallelism"), parallelism, detail))
    if failed is not None and failed > MAX_FAILED_OF_MANY:
        detail = f"must be less than or equal to {MAX_FAILED_OF_MANY} {tail}"
        errors.append(invalid(child(path, "maxFailedIndexes"), failed, detail))
    return errors


def count_indexes(text: str, completions: int) -> tuple[int, str]:
    """(how many indexes a list names, what is wrong with it); nothing is wrong with ""."""
    total, last = 0, -1
    for interval in text.split(",") if text else ():
        first, final, problem = _interval(interval, completions)
        if problem:
            return 0, problem
        if last >= first:
            previous = f"non-increasing order, previous: {last}, current: {first}"
            return 0, previous
        total, last = total + final - first + 1, final
    return total, ""


def _interval(text: str, completions: int) -> tuple[int, int, str]:
    limits = text.split("-")
    if len(limits) > 2:
        rule = "an index interval can have at most two parts separated by '-'"
        return 0, 0, f'the fragment "{text}" violates the requirement that {rule}'
    numbers = []
    for limit in limits:
        if not limit.isascii() or not limit.isdigit():
            problem = f'cannot convert string to integer for index: "{limit}"'
            return 0, 0, problem
        numbers.append(int(limit))
        if numbers[-1] >= completions:
            return 0, 0, f'too large index: "{limit}"'
    if len(numbers) == 2 and numbers[0] >= numbers[1]:
        return 0, 0, f"non-increasing order, previous: {numbers[0]}, current: {numbers[1]}"
    return numbers[0], numbers[-1], ""
