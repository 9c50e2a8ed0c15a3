"""Capacity units and prices, by the examples of AWS's price page."""

import pytest

from kubelearn.cloud.aws.elb.capacity_units import TARIFFS, Usage, evaluations, per_hour, units


@pytest.mark.parametrize(
    ("protocol", "usage", "decided", "dollars"),
    [
        # 1 new connection/s for 2 minutes each, 300 kB and 5 requests a second, 60 rules
        ("HTTP", Usage(1, 120, 1.08, evaluations(5, 60)), "GB/h", 0.03114),
        # 100 new connections/s for 3 minutes, 4 requests/s each, 1,000 B, 20 rules
        ("HTTPS", Usage(100, 18_000, 1.44, evaluations(400, 20)), "active connections", 0.0705),
        ("TCP", Usage(100, 18_000, 1.08), "GB/h", 0.02898),
        ("TLS", Usage(100, 3_000, 1.08), "new connections/s", 0.0345),
    ],
)
def test_the_largest_dimension_counts(protocol, usage, decided, dollars):
    """Beside the hour of the balancer itself."""
    used = units(protocol, usage)
    kind = "application" if protocol.startswith("HTTP") else "network"
    assert max(used, key=used.get) == decided
    assert per_hour(TARIFFS[kind], used) == pytest.approx(dollars)


def test_ten_rules_are_free():
    """Only those beyond are counted, for each request."""
    assert (evaluations(100, 10), evaluations(100, 12)) == (0, 200)


def test_networks_have_no_rules():
    """Three dimensions."""
    assert "rule evaluations/s" not in units("TCP", Usage(1, 1, 1))
