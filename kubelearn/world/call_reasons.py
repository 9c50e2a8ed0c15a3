"""why(call): what became of a request, from what the hops on its way have written down."""

from __future__ import annotations

from kubelearn.mesh.flags import FLAGS
from kubelearn.runtime.explain import Explanation, Reason
from kubelearn.traffic.call import Call, Step


def explain_call(call: Call) -> Explanation:
    """The hops that decided something about a call, and the response flags in words."""
    reasons = [_reason(step) for step in call.trace]
    found: dict[str, None] = {}
    for step in call.trace:
        for flag in str(step.detail.get("flags") or "").split(","):
            if flag in FLAGS:
                found[flag] = None
    for flag in found:
        reasons.append(Reason("envoy", f"{flag}: {FLAGS[flag].meaning}"))
        reasons.append(Reason("envoy", f"{flag}: look at {FLAGS[flag].look}"))
    return Explanation(str(call).partition("\n")[0], tuple(reasons))


def _reason(step: Step) -> Reason:
    inner = "› " * step.level
    return Reason(f"{inner}{step.hop} of {step.place}", step.decision, step.time)
