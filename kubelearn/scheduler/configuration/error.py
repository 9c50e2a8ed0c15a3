"""What is wrong with a scheduler configuration."""

from __future__ import annotations

from collections.abc import Sequence


class ConfigurationError(ValueError):
    """A KubeSchedulerConfiguration that kube-scheduler would not start with.

    `problems` are its own messages, each with the path of the field.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems: Sequence[str] = problems

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return f"invalid scheduler configuration: {self.problems[0]}"
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        return f"invalid scheduler configuration, {len(self.problems)} problems:{lines}"
