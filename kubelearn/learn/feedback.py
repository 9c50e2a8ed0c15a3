"""What a learner hears about an answer."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

NOT_ATTEMPTED, WRONG, NEARLY, RIGHT = "not attempted", "wrong", "nearly", "right"
MARKS = {NOT_ATTEMPTED: "…", WRONG: "✗", NEARLY: "≈", RIGHT: "✓"}


@dataclass(frozen=True, slots=True)
class Feedback:
    """The outcome, why, and what happened in the model on the way there."""

    outcome: str
    text: str
    timeline: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{MARKS[self.outcome]} {self.outcome}: {self.text}", *self.timeline])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in self.timeline)
        head = f"<b>{MARKS[self.outcome]} {self.outcome}</b>: {escape(self.text)}"
        return f'<div role="status" data-kl="feedback">{head}<ul>{items}</ul></div>'
