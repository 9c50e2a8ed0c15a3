"""What a plugin did wrong, in the words that end up in the pod's event and condition.

Source: `pkg/scheduler/framework/runtime/framework.go`, Kubernetes 1.36. A plugin that breaks fails
the pod at hand and nothing else.

Unlike the real one: the text names the node too, where the plugin was asked about one.
"""

from __future__ import annotations

import inspect
import re

from kubelearn.scheduler.extension_points import MAX_NODE_SCORE

TEXTS: dict[str, str] = {
    "Filter": 'running "{plugin}" filter plugin: {told}',
    "Score": 'running Score plugins: plugin "{plugin}" failed with: {told}',
    "NormalizeScore": 'running Normalize on Score plugins: plugin "{plugin}" failed with: {told}',
    "AddPod": 'running AddPod on PreFilter plugin "{plugin}": {told}',
    "RemovePod": 'running RemovePod on PreFilter plugin "{plugin}": {told}',
}
"""Extension point -> its form; the others have `ANY_POINT`."""
ANY_POINT = 'running {point} plugin "{plugin}": {told}'
LONGEST = 300
"""Letters of the longest value or message of a plugin that is shown."""
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class PluginError(Exception):
    """A plugin raised or answered what it must not; the text names plugin, point and node."""

    def __init__(self, plugin: str, point: str, node: str, cause: object) -> None:
        super().__init__(plugin, point, node, cause)
        self.plugin = plugin
        self.point = point
        self.node = node
        self.cause = cause

    @property
    def told(self) -> str:
        """What happened, without the plugin and the node."""
        cause = self.cause
        return raised(cause) if isinstance(cause, BaseException) else str(cause)

    def __str__(self) -> str:
        where = f'on node "{self.node}": ' if self.node else ""
        return broke(self.point, self.plugin, where + self.told)


class InvalidScore(PluginError):
    """A score that is no whole number between 0 and 100 after normalising."""

    def __init__(self, plugin: str, node: str, score: object) -> None:
        super().__init__(plugin, "Score", node, score)
        self.args = (plugin, node, score)

    def __str__(self) -> str:
        return (
            f'applying score defaultWeights on Score plugins: plugin "{self.plugin}" returns an '
            f"invalid score {shown(self.cause)}, it should in the range of [0, {MAX_NODE_SCORE}] "
            f'after normalizing (node "{self.node}"{_hint(self.cause)})'
        )


def broke(point: str, plugin: str, told: str) -> str:
    """The text about a plugin that answered an error of its own."""
    return TEXTS.get(point, ANY_POINT).format(point=point, plugin=plugin, told=told)


def _hint(score: object) -> str:
    if type(score) is int:
        return ""
    return later(score) or ": a score is a whole number, such as int(...) gives"


def nonsense(answer: object, instead: str = "") -> str:
    """What a plugin may answer instead; `instead` where that is more than a Status."""
    allowed = instead or "return None to pass, or unschedulable('the reason')"
    return f"it answered {shown(answer)}{later(answer) or ': ' + allowed}"


def later(answer: object) -> str:
    """What to do about an answer that would come later: it is not waited for."""
    if inspect.iscoroutine(answer):
        answer.close()  # else Python warns of it at some later time
        return ": write def instead of async def"
    return ": write return instead of yield" if inspect.isgenerator(answer) else ""


def shown(value: object) -> str:
    """A value as it goes into the history: equal in each run, so without addresses, and short."""
    if isinstance(value, set | frozenset) and value:
        return short(f"{{{', '.join(sorted(shown(one) for one in value))}}}")
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  (whatever it is, it must not break the message about it)
        return f"a {type(value).__name__} that has no repr"
    return short(text)


def raised(cause: BaseException) -> str:
    """What a plugin raised: kind and text."""
    kind, text = type(cause).__name__, text_of(cause)
    return f"{kind}: {text}" if text else kind


def text_of(cause: BaseException) -> str:
    """The text of an exception; "" when it has none."""
    try:
        return short(str(cause))
    except Exception:  # noqa: BLE001  (as above)
        return ""


def short(text: str) -> str:
    """A text that can be written down, cut to `LONGEST`."""
    text = clean(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]} ..."


def clean(text: str) -> str:
    """A text that can be written down, without addresses in memory."""
    return ADDRESS.sub("", text).encode(errors="backslashreplace").decode()
