"""A token at a Spring Cloud Gateway: what it says, what was checked, and which rule decided.

Read from a finished request that has met a gateway with rules, by the settings of that gateway.
"""

from __future__ import annotations

import json
from typing import Any

from kubelearn.api.times import EPOCH
from kubelearn.frames.source import Frame, Row
from kubelearn.sim.clock import SECOND
from kubelearn.spring.gateway.exchange import Exchange
from kubelearn.spring.path_pattern import match
from kubelearn.spring.security import BadToken, Checked, Security, json_of, token_of
from kubelearn.traffic.call import Call, Step
from kubelearn.world.explain import as_it_was

NOTHING = "No Spring Cloud Gateway with rules on tokens has seen this request."
NO_CALL = 'No request to show: show("token", cluster.request("http://gateway/"))'
PARTS = ("header", "claims", "signature")


def token(world: Any, call: Call | None = None) -> Frame:
    """The token of a finished request, as the gateway on its way has judged it."""
    step = None if call is None else next((one for one in call.trace if _is_judged(one)), None)
    security = None if step is None else _security(as_it_was(world), step)
    if call is None or step is None or security is None:
        return _empty(NO_CALL if call is None else NOTHING)
    headers = tuple(call.headers.items())
    exchange = Exchange(call.method, str(step.detail["path"]).partition("?")[0], headers=headers)
    moment = int(EPOCH.timestamp()) + step.time // SECOND
    found = security.check(exchange, moment)
    rules = [_rule(one, one is found.rule, exchange.path) for one in security.rules]
    return {
        "kind": "token",
        "summary": f"{call.method} {exchange.path} at {step.place}: {found.text}",
        "status": found.status,
        "challenge": found.authenticate,
        "parts": _parts(exchange),
        "checks": _checks(found, _is_there(exchange)),
        "rules": [] if found.problem else rules,
        "now": moment,
    }


def _empty(summary: str) -> Frame:
    rows: dict[str, Any] = {name: [] for name in ("parts", "checks", "rules")}
    return {"kind": "token", "summary": summary, "status": 0, "challenge": "", "now": 0, **rows}


def _is_judged(step: Step) -> bool:
    return step.hop == "gateway" and step.decision.startswith("security: ")


def _security(world: Any, step: Step) -> Security | None:
    """The rules of the gateway that a step tells of, if it still runs by them."""
    pod = world.api.find("pods", *step.detail["pod"])
    app = None if pod is None else world.parts["spring-apps"].running(pod)
    if app is None or app.settings is None or app.begun > step.time:
        return None
    return app.settings.security  # type: ignore[no-any-return]


def _is_there(exchange: Exchange) -> bool:
    try:
        return token_of(exchange) is not None
    except BadToken:
        return True


def _parts(exchange: Exchange) -> list[Row]:
    """What everybody can read: base64 hides nothing."""
    try:
        given = (token_of(exchange) or "").split(".")
    except BadToken:
        return []
    if given == [""]:
        return []
    return [_part(name, text) for name, text in zip(PARTS, given, strict=False)]


def _part(name: str, text: str) -> Row:
    says = None if name == "signature" else json_of(text)
    read = "of the two parts before it, by whoever has the secret" if name == "signature" else (
        "no JSON" if says is None else json.dumps(says))  # fmt: skip
    return {"name": name, "text": text, "says": read}


def _checks(found: Checked, there: bool) -> list[Row]:
    """The questions of the gateway, in its order, as far as it has come."""
    rows = [_check("Is there a token?", "yes" if there else "no", there)]
    if there:
        valid = not found.problem
        said = found.problem or "its signature and its times are good"
        rows.append(_check("Is it valid?", said, valid))
        if not valid:
            return rows
        names = ", ".join(sorted(found.authorities or ())) or "nothing"
        rows.append(_check("What does it give?", names, bool(found.authorities)))
    wanted = found.rule.access if found.rule else "no rule fits: denied"
    rows.append(_check("What does the rule ask for?", wanted, not found.status))
    return rows


def _check(asks: str, found: str, good: bool) -> Row:
    return {"asks": asks, "found": found, "good": good}


def _rule(rule: Any, decides: bool, path: str) -> Row:
    fits = match(rule.path, path) is not None
    return {"path": rule.path, "access": rule.access, "fits": fits, "decides": decides}
