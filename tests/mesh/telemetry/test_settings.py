"""Which Telemetry objects are about a proxy."""

import pytest

from kubelearn.mesh.telemetry.settings import applicable
from tests.mesh.small import an_object, push

GATEWAY = {"kind": "Gateway", "name": "edge", "group": "gateway.networking.k8s.io"}


@pytest.mark.parametrize("aim", [{"targetRefs": [GATEWAY]}, {"targetRef": GATEWAY}])
def test_what_names_its_target_is_not_about_sidecars(aim):
    """It does not count for the whole namespace either."""
    wide = an_object("wide", accessLogging=[{"disabled": True}])
    made = push([], telemetries=[an_object("aimed", accessLogging=[{}], **aim), wide])
    assert applicable(made, "default", {}) == [wide["spec"]]
