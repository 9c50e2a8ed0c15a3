"""Strict decoding."""

from typing import Any

import pytest

from tests.scheduler.configuration.documents import problem, profile

DECODING = "decoding .profiles[0].pluginConfig[0]: "


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"speed": 1}, 'strict decoding error: unknown field "speed"'),
        (
            {"profiles": [{"plugins": {"filters": {}}}]},
            'strict decoding error: unknown field "profiles[0].plugins.filters"',
        ),
        (
            {"percentageOfNodesToScore": "5"},
            (
                "json: cannot unmarshal string into Go struct field "
                "KubeSchedulerConfiguration.percentageOfNodesToScore of type int32"
            ),
        ),
        (
            {"profiles": [{"schedulerName": 5}]},
            (
                "json: cannot unmarshal number into Go struct field "
                "KubeSchedulerProfile.profiles.schedulerName of type string"
            ),
        ),
        (
            profile({"score": {"enabled": [{"name": "NodeAffinity", "weight": 2**31}]}}),
            (
                "json: cannot unmarshal number 2147483648 into Go struct field "
                "Plugin.profiles.plugins.score.enabled.weight of type int32"
            ),
        ),
        (
            {"podMaxBackoffSeconds": -(2**63) - 1},
            (
                "json: cannot unmarshal number -9223372036854775809 into Go struct field "
                "KubeSchedulerConfiguration.podMaxBackoffSeconds of type int64"
            ),
        ),
        (
            {"clientConnection": {"qps": 1e50}},
            (
                "json: cannot unmarshal number 1e+50 into Go struct field "
                "ClientConnectionConfiguration.clientConnection.qps of type float32"
            ),
        ),
        ({"leaderElection": {"retryPeriod": "soon"}}, 'time: invalid duration "soon"'),
        (
            {"leaderElection": {"retryPeriod": 2}},
            (
                "json: cannot unmarshal number into Go struct field "
                "LeaderElectionConfiguration.leaderElection.retryPeriod of type string"
            ),
        ),
        (
            profile(DynamicResources={"filterTimeout": "1"}),
            DECODING
            + 'decoding args for plugin DynamicResources: time: missing unit in duration "1"',
        ),
        (profile(NodeName=[]), DECODING + "args for plugin NodeName: this is no object: []"),
        (
            profile(NodeAffinity={"apiVersion": "kubescheduler.config.k8s.io/v1beta3"}),
            DECODING + 'decoding args for plugin NodeAffinity: no kind "NodeAffinityArgs" is '
            'registered for version "kubescheduler.config.k8s.io/v1beta3": this has to be '
            "apiVersion: kubescheduler.config.k8s.io/v1, kind: NodeAffinityArgs",
        ),
        (
            profile(NodeResourcesFit={"ignored": []}),
            DECODING + "decoding args for plugin NodeResourcesFit: strict decoding error: unknown "
            'field "ignored"',
        ),
        (
            profile(NodeAffinity={"kind": "NodeResourcesFitArgs"}),
            DECODING + "args for plugin NodeAffinity were not of type "
            "NodeAffinityArgs.kubescheduler.config.k8s.io, got "
            "NodeResourcesFitArgs.kubescheduler.config.k8s.io",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(document: dict[str, Any], expected: str) -> None:
    """Unknown fields and wrong types, in the decoder's words."""
    assert problem(document) == expected


def test_other_versions_are_refused() -> None:
    """v1beta3 went with 1.32."""
    told = problem({"apiVersion": "kubescheduler.config.k8s.io/v1beta3"})
    assert told.startswith(
        'no kind "KubeSchedulerConfiguration" is registered for version '
        '"kubescheduler.config.k8s.io/v1beta3"'
    )


def test_one_document_is_wanted() -> None:
    """A file with two is a mistake."""
    head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
    assert problem(f"{head}---\n{head}").startswith("one KubeSchedulerConfiguration is wanted")
