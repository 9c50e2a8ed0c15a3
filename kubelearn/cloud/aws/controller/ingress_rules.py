"""The rules of an ALB's listeners from the Ingresses of a group, with priorities 1, 2, 3 ...

Source: aws-load-balancer-controller 3.5 `pkg/ingress/model_build_listener_rules.go`,
`rule_optimizer.go`, `enhanced_backend_builder.go`, `config_types.go`.

Unlike the real one: some of what cannot be a rule is refused in other words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any, NamedTuple

from kubelearn.api.objects import Object, key_of
from kubelearn.cloud.aws.controller.annotations import (
    AnnotationError,
    Annotations,
    DeployError,
    parsed,
)
from kubelearn.cloud.aws.controller.ingresses import (
    Listener,
    PathRule,
    Values,
    conditions,
    covers,
    path_order,
    path_values,
    redirects_to_itself,
)
from kubelearn.cloud.aws.controller.shapes import ACTION, CONDITIONS
from kubelearn.cloud.aws.controller.transforms import transforms_of
from kubelearn.sim.clock import SECOND

Rule = dict[str, Any]
USE_ANNOTATION = "use-annotation"
FIELDS = {"host": "host-header", "path": "path-pattern"}
CONFIGS: dict[str, tuple[str, str]] = {
    "host-header": ("hostHeaderConfig", "values"),
    "path-pattern": ("pathPatternConfig", "values"),
    "http-header": ("httpHeaderConfig", "values"),
    "http-request-method": ("httpRequestMethodConfig", "values"),
    "query-string": ("queryStringConfig", "values"),
    "source-ip": ("sourceIPConfig", "values"),
}
"""Field of a condition → where the annotation has its values."""
NEEDED = {"redirect": "redirectConfig", "fixed-response": "fixedResponseConfig",
          "forward": "forwardConfig"}  # fmt: skip
"""Type of an action → what it cannot be without."""
REDIRECTS, ANSWERS = re.compile("HTTP_30[12]"), re.compile("[245][0-9][0-9]")
STICKY = range(1, 604_801)
"""Seconds for which a client may stay with one of several target groups."""


Made = tuple[dict[str, Values], Rule]
"""The conditions of a rule, and its action."""


class NoService(AnnotationError):
    """An Ingress names a Service that is not there."""


class Member(NamedTuple):
    """An Ingress of the group with its annotations."""

    ingress: Object
    annotations: Annotations


GroupOf = Callable[[Member, str, Any], str]
"""(Ingress, Service, port) → the name of its target group."""
Before = Callable[[Member], list[Rule]]
"""The actions of an Ingress that come before the routing."""


class ListenerTask(NamedTuple):
    """A listener of a group, and what its rules are made from."""

    members: Sequence[Member]
    listener: Listener
    group_of: GroupOf
    redirect_port: int = 0
    """To which HTTP is redirected; 0 = it is not."""
    before: Before = lambda _: []

    @property
    def is_redirected(self) -> bool:
        """Whether all its requests are sent to HTTPS."""
        return bool(self.redirect_port) and self.listener.protocol == "HTTP"

    def routed(self, member: Member, action: Rule) -> Rule:
        """The action of a member with what comes before it, on HTTPS only."""
        asked = self.before(member) if self.listener.protocol == "HTTPS" else []
        return {**action, "before": asked}


def rules_of(task: ListenerTask) -> tuple[Rule, ...]:
    """All rules of one listener, in the order of the group's Ingresses."""
    if task.is_redirected:
        return ()
    made = [
        (found, task.routed(member, action))
        for member in task.members
        for found, action in _of_ingress(member, task.group_of)
        if action["type"] != "redirect" or not redirects_to_itself(task.listener, found, action)
    ]
    return tuple(
        {"priority": number, "conditions": _conditions(found), "action": action}
        for number, (found, action) in enumerate(_in_sight(made), 1)
    )


def _in_sight(made: Sequence[Made]) -> list[Made]:
    """The rules without those that come behind a redirect of at least the same requests."""
    kept: list[Made] = []
    for found, action in made:
        before = (other for other, first in kept if first["type"] == "redirect")
        if not any(covers(other, found) for other in before):
            kept.append((found, action))
    return kept


def default_of(task: ListenerTask) -> Rule:
    """The action of one listener for requests that fit no rule."""
    if task.is_redirected:
        port = str(task.redirect_port)
        return {"type": "redirect", "status": 301, "protocol": "HTTPS", "port": port}
    found = [one for one in task.members if one.ingress["spec"].get("defaultBackend")]
    if len(found) > 1:
        named = " ".join("/".join(key_of(one.ingress)) for one in found)
        raise AnnotationError(f"multiple ingress defined default backend: [{named}]")
    if not found:
        return {"type": "fixed-response", "status": 404}
    backend = found[0].ingress["spec"]["defaultBackend"]
    return task.routed(found[0], _action(found[0], backend, task.group_of))


def _of_ingress(member: Member, group_of: GroupOf) -> list[Made]:
    spec, made = member.ingress["spec"], []
    for rule in spec.get("rules") or ():
        paths = (rule.get("http") or {}).get("paths") or ()
        rows = [PathRule(one.get("path") or "", one["pathType"], one["backend"]) for one in paths]
        for path in path_order(rows):
            found = _found(member, rule.get("host") or "", path)
            action = _action(member, path.backend, group_of)
            rewrites = transforms_of(member.annotations, path.backend["service"]["name"])
            made.append((found, {**action, "transforms": rewrites} if rewrites else action))
    return made


def _found(member: Member, host: str, path: PathRule) -> dict[str, Values]:
    regex = member.annotations.get("use-regex-path-match") == "true"
    name = path.backend["service"]["name"]
    extra = parsed(member.annotations, f"conditions.{name}", [], CONDITIONS)
    values = path_values(path.path, path.kind, regex=regex) if path.path else None
    return conditions(host, values, _extra(extra)) or {"path": Values(("/*",))}


def _extra(given: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Conditions of an annotation in the shape in which rules have them.

    Those of hosts and paths go together with the Ingress's own; each other one is one by itself,
    which has to hold like all others.
    """
    made: list[Mapping[str, Any]] = []
    for number, one in enumerate(given):
        if one.get("field") not in CONFIGS:
            raise AnnotationError(f"unknown condition field: {one.get('field')}")
        config, values = CONFIGS[one["field"]]
        short = {name: plain for plain, name in FIELDS.items()}.get(one["field"], one["field"])
        said = one.get(config) or {}
        own = short not in FIELDS
        field = f"{short}/{said.get('httpHeaderName', '')}/{number}" if own else short
        _check(one["field"], said, values)
        made.append({"field": field, "values": said.get(values) or (),
                     "regex": said.get("regexValues") or ()})  # fmt: skip
    return made


def _check(field: str, said: Mapping[str, Any], values: str) -> None:
    """Refuse what no request could be compared with."""
    listed = said.get(values) or []
    if not listed and not said.get("regexValues"):
        raise AnnotationError(f"invalid condition {field}: values cannot be empty")
    if field == "http-header" and not said.get("httpHeaderName"):
        raise AnnotationError(f"invalid condition {field}: httpHeaderName is required")
    if field == "query-string" and not all(one.get("value") for one in listed):
        raise AnnotationError(f"invalid condition {field}: value is required")
    try:
        for text in listed if field == "source-ip" else ():
            ip_network(text, strict=False)
        for text in said.get("regexValues") or ():
            re.compile(text)
    except (ValueError, re.error) as error:
        raise DeployError(f"condition {field}: {error}") from None


def _conditions(found: Mapping[str, Values]) -> list[Rule]:
    made = []
    for field, values in found.items():
        field, header, _ = (*field.split("/"), "", "")[:3]
        one: Rule = {"field": FIELDS.get(field, field), "values": list(values.plain)}
        if values.regex:
            one["regex"] = list(values.regex)
        made.append({**one, "name": header} if header else one)
    return made


def _action(member: Member, backend: Mapping[str, Any], group_of: GroupOf) -> Rule:
    service = backend["service"]
    port = service["port"].get("name") or service["port"].get("number")
    if port != USE_ANNOTATION:
        try:
            name = group_of(member, service["name"], port)
        except NoService:
            return _unavailable("Backend service does not exist")
        return {"type": "forward", "groups": [(name, 1)]}
    given = parsed(member.annotations, f"actions.{service['name']}", None, ACTION)
    if given is None:
        return _unavailable("Backend action does not exist")
    if given.get("type") not in ACTIONS:
        raise AnnotationError(f"unknown action type: {given.get('type')}")
    config = NEEDED[given["type"]]
    if given.get(config) is None:
        raise AnnotationError(f"missing {config[0].upper()}{config[1:]}")
    return ACTIONS[given["type"]](member, given, group_of)


def _unavailable(body: str) -> Rule:
    """What the controller puts in the place of a backend that is not there."""
    return {"type": "fixed-response", "status": 503, "body": body}


def _redirect(member: Member, given: Mapping[str, Any], group_of: GroupOf) -> Rule:  # noqa: ARG001
    config = dict(given["redirectConfig"])
    status = _status("RedirectConfig", config.pop("statusCode", ""), REDIRECTS)
    parts = {name.lower(): value for name, value in config.items()}
    return {"type": "redirect", "status": status, **parts}


def _fixed(member: Member, given: Mapping[str, Any], group_of: GroupOf) -> Rule:  # noqa: ARG001
    config = given["fixedResponseConfig"]
    status = _status("FixedResponseConfig", config.get("statusCode", ""), ANSWERS)
    body = config.get("messageBody", "")
    return {"type": "fixed-response", "status": status, "body": body}


def _forward(member: Member, given: Mapping[str, Any], group_of: GroupOf) -> Rule:
    config = given["forwardConfig"]
    listed = config.get("targetGroups") or []
    if not all({"serviceName", "servicePort"} <= one.keys() for one in listed):
        raise AnnotationError("invalid ForwardConfig: serviceName and servicePort are required")
    if len(listed) > 1 and any("weight" not in one for one in listed):
        raise AnnotationError(
            "invalid ForwardConfig: weight must be set when route to multiple target groups"
        )
    try:
        groups = [
            (group_of(member, one["serviceName"], one["servicePort"]), one.get("weight", 1))
            for one in listed
        ]
    except NoService:
        if len(listed) > 1:
            raise
        return _unavailable("Backend service does not exist")
    return {"type": "forward", "groups": groups, "stickiness": _stickiness(config)}


def _status(config: str, code: str, pattern: re.Pattern[str]) -> int:
    """The number of a status code."""
    if not code:
        raise AnnotationError(f"invalid {config}: statusCode is required")
    if not pattern.fullmatch(code):
        raise DeployError(f"statusCode={code}: it must match {pattern.pattern}")
    return int(code.removeprefix("HTTP_"))


def _stickiness(config: Mapping[str, Any]) -> int:
    """For how long (ns) a client stays with its target group; 0 = not at all."""
    said = config.get("targetGroupStickinessConfig") or {}
    if not said.get("enabled"):
        return 0
    seconds: Any = said.get("durationSeconds")
    if seconds not in STICKY:
        raise DeployError(
            f"targetGroupStickinessConfig.durationSeconds={seconds}: it must be from {STICKY[0]} "
            f"to {STICKY[-1]}"
        )
    return int(seconds) * SECOND


ACTIONS: dict[str, Callable[[Member, Mapping[str, Any], GroupOf], Rule]] = {
    "redirect": _redirect,
    "fixed-response": _fixed,
    "forward": _forward,
}
"""By the type of an action in an annotation."""
