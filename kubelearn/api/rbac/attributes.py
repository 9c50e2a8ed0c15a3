"""Who asks for what."""

from __future__ import annotations

from typing import NamedTuple

AUTHENTICATED, UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
MASTERS = "system:masters"


class User(NamedTuple):
    """Who asks."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""


ADMINISTRATOR = User("kubernetes-admin", (MASTERS, AUTHENTICATED))
ANONYMOUS = User("system:anonymous", (UNAUTHENTICATED,))


class Attributes(NamedTuple):
    """What is asked for: a verb on a resource, or on a path that is none."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""
    """Of a request that is about no resource."""

    @property
    def full_resource(self) -> str:
        """The resource with its subresource: "pods/log"."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource
