"""Replays a case of `live_api/`: setup, request, and the answer with its placeholders.

The placeholders are those of the README of the area: what the server chose itself (UIDs, versions,
times, addresses, ports, random letters) is replaced, unless it occurs in the requests of the case.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, NamedTuple

from kubelearn.api.bootstrap import bootstrap
from kubelearn.api.server import APIServer
from kubelearn.server import Request, Response, respond
from kubelearn.sim.clock import Clock
from kubelearn.sim.draws import Draws

Step = dict[str, Any]

PATTERNS = {
    "uid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "time": r"(?!2006-01-02)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z",
    "clusterIP": r"10\.96\.\d{1,3}\.\d{1,3}",
}
LETTERS = "[bcdfghjklmnpqrstvwxz2456789]{5}"
AGE = re.compile(r"(?=.)(\d+y)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?")
DUMPS = (
    (
        re.compile(r'(patch: Invalid value: |^Invalid value: )\\?"\{.*\}\\?": ', re.DOTALL),
        r"\1<dump>: ",
    ),
    (re.compile(r"(unrecognized .*) \([0-9a-f]+( \.\.\.)?\)$", re.DOTALL), r"\1"),
    (re.compile(r"(unrecognized .*) \(\{.*\)$", re.DOTALL), r"\1"),
    (re.compile(r"\n.*", re.DOTALL), ""),
)
"""Texts that embed a dump of Go values are compared without it, and up to the first line break."""


class Cluster(NamedTuple):
    """As much of a cluster as the HTTP API needs."""

    api: APIServer


@cache
def _baseline() -> APIServer:
    clock = Clock()
    api = APIServer(clock, Draws(1))
    bootstrap(api)
    account = {"name": "default", "namespace": "default"}
    api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
    api.store.compact(api.store.revision)
    return api


def baseline(now: int = 0) -> Cluster:
    """A fresh cluster in the state of the baseline at a moment, history compacted."""
    clock = Clock(now)
    return Cluster(_baseline().fork(clock))


USERS: dict[str, str | None] = {"anonymous": "system:anonymous", "wrong": None}
"""Users of the cases that are named otherwise here."""


def send(cluster: Cluster, step: Step) -> Response:
    """The answer to one step."""
    query = {name: str(value) for name, value in (step.get("query") or {}).items()}
    request = Request(
        step["method"],
        step["path"],
        query,
        step.get("body"),
        step.get("content_type", ""),
        step.get("accept") or "application/json",
        USERS.get(step.get("user", ""), step.get("user", "")),
        "recorder/1.0",
        groups=("dev", "ops") if step.get("user") == "alice" else (),
    )
    return respond(cluster, request)


def replay(case: dict[str, Any]) -> tuple[list[int], dict[str, Any]]:
    """(codes of the setup, normalised answer) of a case on a fresh baseline."""
    cluster = baseline()
    answers: list[Any] = []
    codes = []
    for step in case["setup"]:
        response = send(cluster, resolved(step, answers))
        codes.append(response.code)
        answers.append(response.body)
        cluster.api.clock.run(cluster.api.clock.now + 1_000_000)
    request = resolved(case["request"], answers)
    response = send(cluster, request)
    given = json.dumps([*case["setup"], case["request"]])
    return codes, normalised(response, given, case)


def resolved(step: Any, answers: list[Any]) -> Any:
    """A step with its `{{N.path}}` replaced."""
    if isinstance(step, dict):
        return {name: resolved(value, answers) for name, value in step.items()}
    if isinstance(step, list):
        return [resolved(value, answers) for value in step]
    if isinstance(step, str) and "{{" in step:
        return re.sub(r"\{\{(\d+)\.([^}]+)\}\}", lambda m: str(_at(answers, m)), step)
    return step


def _at(answers: list[Any], match: re.Match[str]) -> Any:
    value = answers[int(match[1])]
    for name in match[2].split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def normalised(response: Response, given: str, case: dict[str, Any]) -> dict[str, Any]:
    """The answer as the vectors write it."""
    body = response.body
    if "trim" in case and "items" in body:
        group = case["trim"].removeprefix("group:")
        body = {**body, "items": [e for e in body["items"] if e["metadata"].get("name") == group]}
    if not case.get("managed_fields"):
        body = without_managed_fields(body)
    result = {
        "code": response.code,
        "body": _normal(body, given, ()),
        "warnings": [_text(text, given) for text in response.warnings],
    }
    if response.content_type != "application/json":
        result["content_type"] = response.content_type
    if response.retry_after:
        result["retry_after"] = response.retry_after
    return result


def without_managed_fields(value: Any) -> Any:
    """A value with `managedFields` taken out everywhere."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name != "managedFields"}
        return {name: without_managed_fields(each) for name, each in kept.items()}
    return [without_managed_fields(each) for each in value] if isinstance(value, list) else value


def _normal(value: Any, given: str, path: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {_text(k, given): _normal(each, given, (*path, k)) for k, each in value.items()}
    if isinstance(value, list):
        return [_normal(each, given, path) for each in value]
    name = path[-1] if path else ""
    if name in ("nodePort", "healthCheckNodePort") and isinstance(value, int):
        return value if str(value) in given else "<nodePort>"
    if not isinstance(value, str):
        return value
    if name == "resourceVersion":
        return value if value in ("", "0") or f'"{value}"' in given else "<rv>"
    if name == "continue":
        return "<continue>"
    return _text(value, given)


def _text(text: str, given: str) -> str:
    text = text.replace("127.0.0.1:6443", "<server>")
    for prefix in re.findall(r'"generateName": "([^"]+)"', given):
        text = re.sub(f"{re.escape(prefix)}{LETTERS}", f"{prefix}<gen>", text)
    for name, pattern in PATTERNS.items():
        text = re.sub(pattern, lambda m, name=name: m[0] if m[0] in given else f"<{name}>", text)
    text = re.sub(r"kube-api-access-[a-z0-9]{5}", "kube-api-access-<gen>", text)
    text = re.sub(
        r"(?<=\d:)3[012]\d{3}(?=/)", lambda m: m[0] if m[0] in given else "<nodePort>", text
    )
    text = re.sub(r"\(\d+[smhdy][0-9smhdy]* ago\)", "(<age> ago)", text)
    text = re.sub(r'(resourceVersion: "?)\d+', r"\1<rv>", text)
    text = re.sub(r"(too old resource version: \d+) \(\d+\)", r"\1 (<rv>)", text)
    return re.sub(r"(Too large resource version: \d+, current: )\d+", r"\1<rv>", text)


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the dumps of Go values in its texts."""
    body = answer.get("body")
    if isinstance(body, dict) and body.get("kind") == "Status" and "message" in body:
        body = {**body, "message": _without_dump(body["message"])}
        causes = (body.get("details") or {}).get("causes")
        if causes:
            listed = [{**one, "message": _without_dump(one.get("message", ""))} for one in causes]
            body["details"] = {**body["details"], "causes": listed}
        answer = {**answer, "body": body}
    return answer


def with_ages(wanted: Any, found: Any) -> Any:
    """`found` with `<age>` wherever that is wanted and a duration stands."""
    if wanted == "<age>" and isinstance(found, str) and AGE.fullmatch(found):
        return wanted
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {name: with_ages(wanted.get(name), each) for name, each in found.items()}
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [with_ages(one, other) for one, other in zip(wanted, found, strict=True)]
    return found


def _without_dump(text: str) -> str:
    for pattern, replacement in DUMPS:
        text = pattern.sub(replacement, text)
    return text
