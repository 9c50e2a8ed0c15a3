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
