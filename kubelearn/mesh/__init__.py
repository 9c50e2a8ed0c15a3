"""The service mesh: istiod's configuration of proxies, and what the proxies make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.mesh.certificates import Certificates
from kubelearn.mesh.istiod import Istiod
from kubelearn.mesh.jwks import Jwks
from kubelearn.mesh.proxies import Proxies
from kubelearn.mesh.telemetry.part import Telemetry
from kubelearn.runtime.part import Context

MESH: tuple[Callable[[Context], Any], ...] = (Telemetry, Certificates, Proxies, Jwks, Istiod)
"""The parts of the mesh, in the order in which they are made."""
