"""Rewritten paths, as a real Envoy 1.40 sends them on."""

import pytest

from kubelearn.mesh.envoy.rewriting import replaced, rewritten


@pytest.mark.parametrize(
    ("pattern", "substitution", "path", "wanted"),
    [
        ("[a-z]*", "-", "/w3/abc/d", "-/-3-/-/-"),
        ("x*", "-", "/w7axxb", "-/-w-7-a-b-"),
        (".*", "/all", "/w6/a/b", "/all"),
        ("/", r"_\0", "/w5/a", "_/w5_/a"),
        ("(a)(b)?", r"<\2\1>", "/abaa", "/<ba><a><a>"),
        ("^/w4/([^/]+)/(.*)$", r"/\2/\1", "/w4/a/b", "/b/a"),
        ("^/w4/([^/]+)/(.*)$", r"/\2/\1", "/w4/a", "/w4/a"),
        ("a", r"\\1", "/a", r"/\1"),
    ],
)
def test_all_matches_are_replaced(pattern, substitution, path, wanted):
    """An empty one right behind another is none."""
    assert replaced(pattern, substitution, path) == wanted


def test_a_prefix_is_as_long_as_what_has_matched():
    """Whatever its case."""
    action = {"prefix_rewrite": "/"}
    assert rewritten(action, {"prefix": "/a/", "case_sensitive": False}, "/A/b") == "/b"
    assert rewritten(action, {"path": "/a"}, "/a") == "/"
    assert rewritten({}, {"prefix": "/a"}, "/a/b") == "/a/b"
