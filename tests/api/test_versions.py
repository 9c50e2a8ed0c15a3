"""Objects in other served versions."""

from kubelearn.api.kinds import KindTable
from kubelearn.api.versions import from_version, to_version
from tests.api.fresh import make

HPA = KindTable().resource("horizontalpodautoscalers.autoscaling")


def test_an_autoscaler_in_its_older_version():
    """The cpu metric becomes one number, and back."""
    old = {"scaleTargetRef": {"kind": "D", "name": "w"}, "targetCPUUtilizationPercentage": 60}
    new = from_version(HPA, make("autoscaling/v1", HPA.kind, "h", spec=old))
    assert new["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    assert old == to_version(HPA, "v1", new)["spec"]


def test_metrics_in_annotations_do_not_come_back():
    """What autoscaling/v1 keeps in its annotations is lost on the way."""
    note = {"autoscaling.alpha.kubernetes.io/metrics": "[]"}
    old = {"scaleTargetRef": {"kind": "D", "name": "w"}}
    given = make("autoscaling/v1", HPA.kind, "h", meta={"annotations": note}, spec=old)
    assert "metrics" not in from_version(HPA, given)["spec"]
