"""kubectl's verbs against the transcripts of a real one, as far as their options are modelled."""

import re
from types import SimpleNamespace

import pytest

from kubelearn.api.errors import APIError
from kubelearn.kubectl import run
from tests.conformance.cases import cases_of, folder
from tests.conformance.replay import baseline, send

FOLDER = folder(None)
OTHER = ("jsonpath", "go-template", "custom-columns", "sort-by", "endpoints", "<uid>")
"""Marks of what is not modelled, or not the same each time."""
PLACEHOLDERS = {
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ": "<time>",
    r'(resourceVersion"?: )"[1-9]\d*"': r'\1"<rv>"',
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b": "<uid>",
}


def _modelled(case):
    data, words = case.data, case.data.get("args", [])
    text = " ".join(words)
    verb = words[:1] == ["get"] or words[:2] == ["rollout", "status"]
    return (
        verb and len(words) > 1 and not data.get("user") and not any(word in text for word in OTHER)
    )


CASES = [case for case in cases_of(FOLDER, "live_api") if _modelled(case)] if FOLDER else []


def _said(cluster, args):
    """What stands on both outputs."""
    world = SimpleNamespace(api=cluster.api, clock=cluster.api.clock)
    try:
        return run(world, " ".join(args))
    except APIError as error:
        said = str(error)
    if said.startswith("the server doesn't have a resource type"):
        return f"error: {said}"
    return "\n".join(f"Error from server (NotFound): {line}" for line in said.splitlines())


def _comparable(text):
    for pattern, put in PLACEHOLDERS.items():
        text = re.sub(pattern, put, text)
    lines = [re.sub(r" +", " ", line).strip() for line in text.strip().splitlines()]
    return [line for line in lines if line]


def _with_ages(wanted, found):
    """The lines that were found, with the ages that the transcript has replaced."""
    patterns = [re.escape(line).replace("<age>", r"\S+") for line in wanted]
    pairs = zip(wanted, patterns, found, strict=False)
    return [line if re.fullmatch(p, has) else has for line, p, has in pairs] + found[len(wanted) :]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_transcript(case):
    """Columns, cells and sentences are the same; runs of spaces are collapsed."""
    cluster, data = baseline(), case.data
    for step in data["setup"]:
        send(cluster, step)
        cluster.api.clock.run(cluster.api.clock.now + 1_000_000)
    response = data["response"]
    wanted = _comparable(response["stdout"] + response["stderr"])
    found = _comparable(_said(cluster, data["args"]))
    assert wanted == _with_ages(wanted, found)
