"""Ways in from outside side by side: each row is a question, each cell a run that answers it.

Nothing in the table is known beforehand: with another manifest the answers are others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kubelearn.api.objects import get_path
from kubelearn.cluster import Cluster
from kubelearn.frames.html import interview_html
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.text import interview_text
from kubelearn.learn.door_questions import QUESTIONS, Door
from kubelearn.learn.lost_node import door as url_of
from kubelearn.widgets.views import Picture, View

HOSTNAME = "external-dns.alpha.kubernetes.io/hostname"


class Interview(Picture):
    """The table of answers: HTML in a notebook, text elsewhere, `frame` as data."""

    def __init__(self, doors: dict[str, list[Door]], names: Sequence[str]) -> None:
        self._doors = doors
        super().__init__(TABLE, TABLE.frame(doors, names))

    def clusters(self, name: str) -> list[Cluster]:
        """The forks in which a question was answered, one for each door, to look closer."""
        if name not in self._doors:
            raise ValueError(f"{name!r} was not asked: choose of {', '.join(self._doors)}")
        return [door.cluster for door in self._doors[name]]


def answers(doors: dict[str, list[Door]], names: Sequence[str]) -> Frame:
    """The frame of an interview: asks each question at each door."""
    rows = [_row(name, asked) for name, asked in doors.items()]
    differ = sum(row["differ"] for row in rows)
    asked = f"{len(rows)} question{'s' * (len(rows) != 1)} to {' and '.join(names)}"
    summary = f"{asked}; {differ} answered differently."
    return {"kind": "interview", "names": list(names), "rows": rows, "summary": summary}


def _row(name: str, doors: list[Door]) -> Row:
    question = QUESTIONS[name]
    told = [question.ask(door) for door in doors]
    return {
        "name": name,
        "title": question.title,
        "how": question.how,
        "answers": told,
        "differ": len(set(told)) > 1,
    }


TABLE = View(answers, interview_html, interview_text)


def interview(
    cluster: Cluster, doors: Mapping[str, str], *, deployment: str, about: Sequence[str] = ()
) -> Interview:
    """Ask doors ({"NLB": "service/web", "ALB": "ingress/web"}) the same, each in a fork.

    `deployment` is the program behind them, whose pods crash, move and are replaced; `about` are
    names of `QUESTIONS`, all unless given.
    """
    if isinstance(about, str):
        raise ValueError(f'about={about!r}: give a list of questions, such as ["{about}"]')
    unknown = [name for name in about if name not in QUESTIONS]
    if unknown:
        raise ValueError(f"there is no question {unknown[0]!r}: choose of {', '.join(QUESTIONS)}")
    if not doors or not isinstance(doors, Mapping):
        told = f"there is no door to ask at in {doors!r}"
        raise ValueError(f'{told}: give them as {{"NLB": "service/web"}}')
    program = deployment if "/" in deployment else f"deployment/{deployment}"
    cluster.object(program)
    hosts = {name: host_of(cluster, reference) for name, reference in doors.items()}
    asked = {
        question: [Door(cluster.fork(), doors[name], hosts[name], program) for name in doors]
        for question in about or QUESTIONS
    }
    return Interview(asked, list(doors))


def host_of(cluster: Cluster, reference: str) -> str:
    """The name by which users know a door: its host, or else its balancer's own name."""
    obj = cluster.object(reference)
    own = url_of(cluster, reference).removeprefix("http://").rstrip("/")
    rules = get_path(obj, "spec", "rules", default=None) or [{}]
    given = get_path(obj, "metadata", "annotations", HOSTNAME, default="")
    return str(rules[0].get("host") or given or own)
