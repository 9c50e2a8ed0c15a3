"""Spring's path patterns."""

import pytest

from kubelearn.spring.path_pattern import match, parse


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        ("/red/{segment}", "/red/1", {"segment": "1"}),
        ("/red/{segment}", "/red/1/", None),
        ("/red/{segment}", "/red/", None),
        ("/files/{*rest}", "/files/a/b", {"rest": "/a/b"}),
        ("/files/{*rest}", "/files", {"rest": ""}),
        ("/{id:[0-9]+}", "/12", {"id": "12"}),
        ("/{id:[0-9]{2}}", "/123", None),
        ("/a;b/c", "/a;b/c", None),
        ("/a/c", "/a;b=1/c", {}),
        ("{name:[\\p{L}\\.]+}-{at:\\p{N}+}", "com.a-12", {"name": "com.a", "at": "12"}),
        ("/**", "/", {}),
        ("", "", {}),
        ("/a", "/A", None),
    ],
)
def test_patterns(pattern, path, wanted):
    """The variables, or None; parameters of a segment are no part of it."""
    assert match(pattern, path) == wanted


@pytest.mark.parametrize("pattern", ["/a/**/b", "/{*x}/{*y}", "/a/{*x}/b"])
def test_many_segments_stand_at_an_end(pattern):
    """Anything else is refused."""
    with pytest.raises(ValueError, match="start or the end"):
        parse(pattern)
