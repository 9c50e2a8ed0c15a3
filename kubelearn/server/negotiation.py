"""In which form the client wants its answer: as it is, as a Table, as metadata only, as YAML.

Source: apiserver `pkg/endpoints/handlers/negotiation/negotiate.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kubelearn.server.failures import not_acceptable, unknown_media_type
from kubelearn.server.message import JSON

YAML: Final = "application/yaml"
PROTOBUF: Final = "application/vnd.kubernetes.protobuf"
SERVED: Final = (JSON, YAML)
"""What this server can write; protobuf is understood in Accept headers but never made."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an answer: its media type, and "Table", "PartialObjectMetadata" or ""."""

    media: str = JSON
    kind: str = ""

    @property
    def metadata_only(self) -> bool:
        """Whether objects are cut to their metadata."""
        return self.kind.startswith("PartialObjectMetadata")


def negotiate(accept: str, *, several: bool) -> Form:
    """The first form of an Accept header that can be made; NotAcceptable if there is none.

    `several` tells that the answer is a list.
    """
    known = False
    for clause in (accept or JSON).split(","):
        media, *parameters = (text.strip() for text in clause.split(";"))
        given = dict(text.split("=", 1) for text in parameters if "=" in text)
        known = known or media in (*SERVED, PROTOBUF, "*/*", "application/*")
        if media not in (*SERVED, "*/*", "application/*"):
            continue
        form = _form(media if media in SERVED else JSON, given, several=several)
        if form is not None:
            return form
    if not known:
        raise unknown_media_type()
    raise not_acceptable()


def _form(media: str, given: dict[str, str], *, several: bool) -> Form | None:
    kind = given.get("as", "")
    if not kind:
        return Form(media)
    wanted = "PartialObjectMetadataList" if several else "PartialObjectMetadata"
    if kind not in ("Table", wanted) or given.get("g") != "meta.k8s.io":
        return None
    return Form(media, kind) if given.get("v") in ("v1", "v1beta1") else None
