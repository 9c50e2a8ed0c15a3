"""The line of an event."""

import pytest

from kubelearn.api.tables import printer_of
from kubelearn.sim.clock import SECOND


def cells(**event):
    """Its cells, nine seconds after the start."""
    printer = printer_of("events")
    names = [column.name for column in printer.columns]
    row = printer.row({"metadata": {"name": "e"}, **event}, 9 * SECOND, wide=True)
    return dict(zip(names, row, strict=True))


def test_the_last_time_is_the_first_when_there_is_no_other():
    """As of an event that happened once."""
    assert cells(firstTimestamp="2026-01-01T00:00:04Z")["Last Seen"] == "5s"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ({"component": "kubelet", "host": "worker-0"}, "kubelet, worker-0"),
        ({"component": "kubelet"}, "kubelet"),
        ({"host": "worker-0"}, ", worker-0"),
    ],
)
def test_the_source(source, text):
    """The host follows the component."""
    assert cells(source=source)["Source"] == text


def test_an_object_without_kind():
    """Its name stays."""
    assert cells(involvedObject={"name": "web"})["Object"] == "/web"
