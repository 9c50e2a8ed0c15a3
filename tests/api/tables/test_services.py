"""The lines of Endpoints, EndpointSlices and Ingresses."""

import pytest

from kubelearn.api.tables import printer_of


def cell(plural, column, **obj):
    """One cell of an object's line."""
    printer = printer_of(plural)
    names = [one.name for one in printer.columns]
    return printer.row({"metadata": {"name": "web"}, **obj}, 0, wide=True)[names.index(column)]


def test_endpoints_without_addresses():
    """There is nothing to show, unless there is no subset either."""
    assert cell("endpoints", "Endpoints", subsets=[{"ports": [{"port": 80}]}]) == ""
    assert cell("endpoints", "Endpoints") == "<none>"


@pytest.mark.parametrize(
    ("port", "text"), [({"port": 80, "name": "a"}, "80"), ({"name": "a"}, "a"), ({}, "*")]
)
def test_ports_of_a_slice(port, text):
    """Its name stands for a port without a number."""
    assert cell("endpointslices.discovery.k8s.io", "Ports", ports=[port]) == text


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        (["a", "b", "c"], "a,b,c"),
        (["a", "b", "c", "d", ""], "a,b,c + 2 more..."),
        (["a", "", "b"], "a,b"),
        (["", ""], "*"),
    ],
)
def test_hosts_of_an_ingress(hosts, text):
    """Rules after the third host are counted, those for any host too."""
    rules = [{"host": host} if host else {} for host in hosts]
    assert cell("ingresses.networking.k8s.io", "Hosts", spec={"rules": rules}) == text
