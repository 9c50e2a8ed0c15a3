"""What a plugin did wrong, in the words that end up in the pod's event and condition.

Source: `pkg/scheduler/framework/runtime/framework.go`, Kubernetes 1.36. A plugin that breaks fails
the pod at hand and nothing else.

Unlike the real one: the text names the node too, where the plugin was asked about one.
"""

from __future__ import annotations

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


class PluginError(Exception):
    """A plugin raised or answered what it must not; the text names plugin, point and node."""

    def __init__(self, plugin: str, point: str, node: str, cause: object) -> None:
        super().__init__(plugin, point, node, cause)
        self.plugin = plugin
        self.point = point
        self.node = node
        self.cause = cause

    def __str__(self) -> str:
        cause = self.cause
        told = f"{type(cause).__name__}: {cause}" if isinstance(cause, Exception) else str(cause)
        where = f'on node "{self.node}": ' if self.node else ""
        form = TEXTS.get(self.point, ANY_POINT)
        return form.format(point=self.point, plugin=self.plugin, told=where + told)


class InvalidScore(PluginError):
    """A score that is no whole number between 0 and 100 after normalising."""

    def __init__(self, plugin: str, node: str, score: object) -> None:
        super().__init__(plugin, "Score", node, score)
        self.args = (plugin, node, score)

    def __str__(self) -> str:
        shown = self.cause if type(self.cause) is int else repr(self.cause)
        return (
            f'applying score defaultWeights on Score plugins: plugin "{self.plugin}" returns an '
            f"invalid score {shown}, it should in the range of [0, {MAX_NODE_SCORE}] after "
            f'normalizing (node "{self.node}"{_hint(self.cause)})'
        )


def _hint(score: object) -> str:
    return "" if type(score) is int else ": a score is a whole number, such as int(...) gives"


def nonsense(answer: object) -> str:
    """What a plugin may answer instead."""
    return f"it answered {answer!r}: return None to pass, or unschedulable('the reason')"
