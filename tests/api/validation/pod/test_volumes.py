"""Volumes of every kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.validation.pod.builders import pod_errors


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"emptyDir": {"sizeLimit": "1Gi"}}, []),
        (
            {"emptyDir": {"sizeLimit": "-1"}},
            [".emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"],
        ),
        (
            {"emptyDir": {}, "hostPath": {"path": "/a"}},
            [".hostPath: Forbidden: may not specify more than 1 volume type"],
        ),
        (
            {"hostPath": {"path": "/a/../b", "type": "X"}},
            [
                ".hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
                (
                    '.hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", '
                    '"CharDevice", "Directory", "DirectoryOrCreate", "File", '
                    '"FileOrCreate", "Socket"'
                ),
            ],
        ),
        ({"secret": {}}, [".secret.secretName: Required value"]),
        (
            {"configMap": {"name": "c", "defaultMode": 512, "items": [{"path": "/a"}]}},
            [
                (
                    ".configMap.defaultMode: Invalid value: 512: "
                    "must be a number between 0 and 0777 (octal), both inclusive"
                ),
                ".configMap.items[0].key: Required value",
                '.configMap.items[0].path: Invalid value: "/a": must be a relative path',
            ],
        ),
        ({"persistentVolumeClaim": {}}, [".persistentVolumeClaim.claimName: Required value"]),
        (
            {"nfs": {"server": "s", "path": "a"}},
            ['.nfs.path: Invalid value: "a": must be an absolute path'],
        ),
        ({"csi": {}}, [".csi.driver: Required value", ".csi.driver: Invalid value: "]),
        ({"ephemeral": {}}, [".ephemeral.volumeClaimTemplate: Required value"]),
        ({"image": {}}, [".image.reference: Required value"]),
        ({"gcePersistentDisk": {}}, [".persistentDisk.pdName: Required value"]),
        (
            {"downwardAPI": {"items": [{"path": "a"}]}},
            [".downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"],
        ),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 5}}]}},
            [
                (
                    ".projected.sources[0].serviceAccountToken.expirationSeconds: "
                    "Invalid value: 5: "
                    "may not specify a duration less than 10 minutes"
                ),
                ".projected.path: Required value",
            ],
        ),
        (
            {
                "projected": {
                    "sources": [
                        {"secret": {"name": "s", "items": [{"key": "k", "path": "p"}]}},
                        {"configMap": {"name": "c", "items": [{"key": "k", "path": "p"}]}},
                    ]
                }
            },
            ['.projected: Invalid value: "c": conflicting duplicate paths'],
        ),
    ],
)
def test_sources(source: dict[str, Any], expected: list[str]) -> None:
    """Each kind of volume asks for what it needs."""
    found = pod_errors(volumes=[{"name": "v", **source}])
    assert len(found) == len(expected)
    for text, start in zip(found, expected, strict=True):
        assert text.startswith(f"spec.volumes[0]{start}")


def test_names_of_volumes() -> None:
    """A volume has a name of its own."""
    volumes = [{"emptyDir": {}}, {"name": "v", "emptyDir": {}}, {"name": "v", "emptyDir": {}}]
    assert pod_errors(volumes=volumes) == [
        "spec.volumes[0].name: Required value",
        'spec.volumes[2].name: Duplicate value: "v"',
    ]


def test_a_claim_of_an_ephemeral_volume_is_not_used_by_its_name() -> None:
    """The claim `web-v` is made for the volume `v` of the pod `web`."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    volumes = [
        {"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": spec}}},
        {"name": "w", "persistentVolumeClaim": {"claimName": "web-v"}},
    ]
    assert pod_errors(volumes=volumes) == [
        (
            'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "web-v": '
            "must not reference a PVC that gets created for an ephemeral volume"
        )
    ]


def test_projections_of_pod_certificates_are_not_checked() -> None:
    """Their feature is off by default."""
    source = {"podCertificate": {"signerName": "not a signer", "keyType": "x"}}
    assert pod_errors(volumes=[{"name": "v", "projected": {"sources": [source]}}]) == []
