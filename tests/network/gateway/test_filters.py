"""Filters."""

import pytest

from kubelearn.network.gateway.filters import changed, modified, new_path, redirect
from kubelearn.network.gateway.model import Request


@pytest.mark.parametrize(
    ("path", "prefix", "replacement", "expected"),
    [
        ("/foo/bar", "/foo", "/xyz", "/xyz/bar"), ("/foo/bar", "/foo/", "/xyz/", "/xyz/bar"),
        ("/foo", "/foo", "/xyz", "/xyz"), ("/foo", "/foo", "/", "/"),
        ("/foo/bar", "/foo", "/", "/bar"), ("/foo/", "/foo", "/xyz", "/xyz"),
    ],
)  # fmt: skip
def test_one_slash_between_the_parts(path, prefix, replacement, expected):
    """However both are written."""
    change = {"type": "ReplacePrefixMatch", "replacePrefixMatch": replacement}
    assert new_path(change, path, prefix) == expected


def test_headers_are_set_added_and_removed():
    """In any case of their names."""
    modifier = {
        "set": [{"name": "A", "value": "1"}], "add": [{"name": "b", "value": "2"}], "remove": ["C"],
    }  # fmt: skip
    assert modified({"a": "0", "B": "1", "c": "9"}, modifier) == {"A": "1", "b": "1,2"}


@pytest.mark.parametrize(
    ("given", "listener", "expected"),
    [
        ({}, 8080, ("http", "8080")), ({"scheme": "https"}, 8080, ("https", "")),
        ({"port": 80}, 8080, ("http", "")), ({"scheme": "https", "port": 8443}, 80,
                                            ("https", "8443")),
    ],
)  # fmt: skip
def test_ports_of_redirects(given, listener, expected):
    """The scheme's own port is left out."""
    status, place = redirect(given, Request(host="x:8080"), "/", listener)
    assert (status, place.host, (place.scheme, place.port)) == (302, "x", expected)


def test_filters_work_one_after_the_other():
    """What is not known changes nothing."""
    listed = [
        {"type": "URLRewrite", "urlRewrite": {"hostname": "inner"}},
        {"type": "RequestMirror", "requestMirror": {}},
    ]
    assert changed(listed, Request(host="x"), "/").host == "inner"
