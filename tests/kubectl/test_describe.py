"""The page of a description: cells, long annotations, moments."""

import pytest

from kubelearn.kubectl.describe.generic import _label
from kubelearn.kubectl.describe.page import Page, aligned, moment
from kubelearn.kubectl.describe.services import endpoints


def test_a_column_reaches_over_neighbouring_lines():
    """A line without the column ends it."""
    lines = ["a:\t1", "long name:\t2", "no cell", "b:\t3", "\tx\ty", "\tlonger\tz"]
    assert aligned(lines) == [
        "a:          1",
        "long name:  2",
        "no cell",
        "b:  3",
        "    x       y",
        "    longer  z",
    ]


def test_long_annotations_have_lines_of_their_own():
    """Cut after 138 letters; the manifest of kubectl apply is not shown."""
    page = Page()
    hidden = {"kubectl.kubernetes.io/last-applied-configuration": "{}"}
    page.annotations({"short": "x", "long": "y" * 150, "two": "a\nb", **hidden})
    assert page.lines() == [
        "Annotations:\tlong:",
        f"\t  {'y' * 138}...",
        "\tshort: x",
        "\ttwo:",
        "\t  a",
        "\t  b",
    ]


def test_moments():
    """In Go's words, also where there is none."""
    assert moment("2026-01-01T00:00:05Z") == "Thu, 01 Jan 2026 00:00:05 +0000"
    assert moment(None) == "Mon, 01 Jan 0001 00:00:00 +0000"


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("apiVersion", "API Version"),
        ("uid", "UID"),
        ("podCIDRs", "Pod CIDRs"),
        ("hostIPs", "Host I Ps"),
        ("a.b", "a.b"),
    ],
)
def test_fields_in_words(field, label):
    """As kubectl splits and capitalizes them."""
    assert _label(field) == label


def test_more_than_three_endpoints_are_counted():
    """Those that are not ready are left out."""
    found = [{"addresses": [f"10.0.0.{n}"], "conditions": {"ready": n != 2}} for n in range(1, 6)]
    slices = [{"ports": [{"name": "", "port": 80}], "endpoints": found}]
    assert endpoints(slices, "") == "10.0.0.1:80,10.0.0.3:80,10.0.0.4:80 + 1 more..."
    assert endpoints([], "") == "<none>"
