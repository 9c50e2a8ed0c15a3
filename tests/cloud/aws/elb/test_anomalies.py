"""Anomaly mitigation: targets that answer worse than the others get less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.cloud.aws.elb.anomalies import LEAST, Record, judged
from tests.cloud.aws.edge import attributes, edge

URL = "http://shop.example.com/"
GOOD = Record(100, 0)
ON = "load_balancing.algorithm.type=weighted_random"
MITIGATED = f"{ON},load_balancing.algorithm.anomaly_mitigation=on"


def weight(*records):
    """Of the first target after it was judged."""
    names = {str(number): one for number, one in enumerate(records)}
    return judged(names)["0"].weight


@pytest.mark.parametrize(
    ("record", "expected"),
    [(Record(100, 50), 0.5), (Record(100, 4), 1.0), (Record(4, 4), 1.0), (Record(9, 9, 0.2), 0.1),
     (Record(9, 9, 0.06), LEAST), (Record(20, 0, 0.5), 0.6), (Record(2, 0, 0.5), 0.5)],
)  # fmt: skip
def test_weights(record, expected):
    """Halved, kept, or raised by a step."""
    assert weight(record, GOOD, GOOD) == pytest.approx(expected)


def test_two_targets_are_too_few():
    """With three healthy ones the same target is anomalous."""
    assert (weight(Record(100, 90), GOOD), weight(Record(100, 90), GOOD, GOOD)) == (1.0, 0.5)


def test_all_equally_bad_are_normal():
    """Nobody is worse than the others."""
    assert weight(*[Record(100, 60)] * 3) == 1.0


RECORDS = st.builds(
    lambda answered, part, weight: Record(answered, int(answered * part), weight),
    st.integers(0, 500), st.floats(0, 1), st.floats(LEAST, 1),
)  # fmt: skip


@given(st.lists(RECORDS, min_size=1, max_size=8))
def test_weights_stay_in_bounds_and_somebody_is_normal(records):
    """Not all targets can be worse than the others."""
    names = {str(number): one for number, one in enumerate(records)}
    found = judged(names)
    assert all(LEAST <= one.weight <= 1 for one in found.values())
    assert any(found[name].weight >= names[name].weight for name in names)


def failed(said):
    """Failures while one pod of three answers half of all requests with 500, and its weight."""
    cluster = attributes(edge(), said)
    pod = cluster.api.list("pods", "default", "app=web")[0]
    sick = {"metadata": {"annotations": {"kubelearn.dev/fails": "50%"}}}
    cluster.patch(f"pod/{pod['metadata']['name']}", sick)
    load = cluster.load(URL, rate=20, duration="120s", client="internet")
    cluster.run("130s")
    weights = [one.weight for one in cluster.parts["elb"].records.values()]
    return load.totals().get("500", 0), weights


def test_a_sick_target_gets_less():
    """Many fewer failures than without mitigation."""
    (without, none), (with_, weights) = failed(ON), failed(MITIGATED)
    assert none == []
    assert with_ < without / 2
    assert sorted(weights)[0] < 0.3
    assert sorted(weights)[1:] == [1.0, 1.0]


def test_a_target_recovers_and_switching_off_forgets():
    """Step by step; then nothing is recorded any more."""
    cluster = attributes(edge(), MITIGATED)
    elb = cluster.parts["elb"]
    place = next(place for place, one in elb.healths.items() if ":80" in place[1])
    elb.records[place] = Record(weight=0.5)
    assert "anomalous, its weight is 50%" in str(cluster.why("ingress/shop"))
    load = cluster.load(URL, rate=20, duration="120s", client="internet")
    cluster.run("130s")
    assert elb.records[place].weight == 1.0
    assert load.totals()["ok"] == load.totals()["sent"]
    attributes(cluster, ON).run("20s")
    assert (elb.records, elb.judging) == ({}, {})
