"""kubectl's verbs against the transcripts of a real one, as far as their options are modelled."""

from types import SimpleNamespace

import pytest

from kubelearn.kubectl import VERBS, Client, Reply, execute
from kubelearn.server import Request, respond
from tests.conformance.cases import cases_of, folder
from tests.conformance.real_kubectl import comparable
from tests.conformance.replay import baseline, resolved, send

FOLDER = folder(None)
ABSENT = ("go-template",)
"""Marks of what is not modelled."""
OTHER = {
    "cmd-node-drain-n1": "a drain is a part of the world, and here is the API alone",
}
"""Cases that show something else than kubectl."""
USERS = {"alice": ("dev", "ops")}


def _modelled(case):
    words = case.data.get("args") or [""]
    if words[0] not in VERBS or case.id in OTHER:
        return words[0] == "bogus"
    return not any(mark in " ".join(words) for mark in ABSENT)


CASES = [case for case in cases_of(FOLDER, "live_api") if _modelled(case)] if FOLDER else []


def _client(cluster, case):
    """Kubectl as the user of a case, before a cluster in which nothing happens by itself."""

    def deliver(method, path, **options):
        # The recorder's file of tokens gave its users their names as UIDs.
        answer = respond(cluster, Request(method, path, uid=case.get("user") or "", **options))
        return Reply(answer.code, answer.body, answer.warnings)

    user = case.get("user") or ""
    world = SimpleNamespace(api=cluster.api, clock=cluster.api.clock)
    return Client(world, deliver, case.get("stdin") or "", user, USERS.get(user, ()))


def _told(printed):
    """What was printed and how it ended, in the form of the cases."""
    return {"stdout": printed.stdout, "stderr": printed.stderr, "rc": printed.code}


def _trimmed(said):
    """Both outputs without line breaks at their end."""
    texts = {stream: said[stream].rstrip("\n") for stream in ("stdout", "stderr")}
    return {**said, **texts}


def _lines(said):
    """Both outputs without empty lines at their end: a dump that is cut off may leave one."""
    return {**said, **{stream: _without_end(said[stream]) for stream in ("stdout", "stderr")}}


def _without_end(lines):
    return lines[:-1] if lines[-1:] == [""] else lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_transcript(case, tmp_path, monkeypatch):
    """Columns, cells and sentences are the same; runs of spaces are collapsed."""
    monkeypatch.chdir(tmp_path)
    cluster, data, answers = baseline(), case.data, []
    for name, text in (data.get("files") or {}).items():
        (tmp_path / name).write_text(text)
    for step in data["setup"]:
        answers.append(send(cluster, resolved(step, answers)).body)
        cluster.api.clock.run(cluster.api.clock.now + 1_000_000)
    printed = execute(_client(cluster, data), data["args"])
    wanted, found = comparable(_trimmed(data["response"]), _trimmed(_told(printed)))
    assert _lines(wanted) == _lines(found)
