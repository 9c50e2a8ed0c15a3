"""What a learner hears about an answer."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

NOT_ATTEMPTED, WRONG, NEARLY, RIGHT = "not attempted", "wrong", "nearly", "right"
MARKS = {NOT_ATTEMPTED: "…", WRONG: "✗", NEARLY: "≈", RIGHT: "✓"}
OUTCOMES = tuple(MARKS)
"""From the least to the best."""
EDGES = {NOT_ATTEMPTED: "dotted", WRONG: "solid", NEARLY: "dashed", RIGHT: "double"}
"""The line beside a feedback; like the mark it repeats the outcome without colour."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """The outcome, why, what happened in the model on the way there, and what to do next."""

    outcome: str
    text: str
    timeline: tuple[str, ...] = ()
    advice: str = ""

    def __str__(self) -> str:
        head = f"{MARKS[self.outcome]} {self.outcome}: {self.text}"
        rest = [self.advice] if self.advice else []
        return "\n".join([head, *(f"    {line}" for line in self.timeline), *rest])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in self.timeline)
        head = f"<b>{MARKS[self.outcome]} {self.outcome}</b>: {escape(self.text)}"
        story = f"<ul>{items}</ul>" if items else ""
        advice = f"<p>{escape(self.advice)}</p>" if self.advice else ""
        edge = f"border-left:5px {EDGES[self.outcome]} currentColor;padding:2px 12px"
        return (
            f'<div role="status" data-kl="feedback" data-outcome="{self.outcome}" '
            f'style="{edge}"><p>{head}</p>{story}{advice}</div>'
        )
