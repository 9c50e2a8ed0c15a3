"""Expressions of Telemetry objects: what they mean for a request, and which are refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.mesh.telemetry.expressions import compiled, holds, value

REQUEST = {
    "response.code": 503, "request.path": "/a?b=1", "request.method": "GET",
    "request.headers": {"x-user": "eva", "n": "it's"}, "connection.mtls": True,
}  # fmt: skip
TRUE = [
    "response.code >= 400", "response.code == 503 && connection.mtls", "!(response.code < 500)",
    "response.code in [500, 503]", "request.headers['x-user'] == \"eva\"",
    "'x-user' in request.headers", "has(request.headers)", "!has(request.host)",
    "request.path.startsWith('/a') || response.code == 1", "request.path.contains('b=')",
    "request.path.endsWith('1')", "request.method.matches('^G.T$')", "'a' < 'b'", "1 <= 1",
    "request.headers.n == 'it\\'s'", "false || false == false", "request.method != 'POST'",
]  # fmt: skip


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true(text):
    """Comparisons, lists, maps, functions of texts, and their order."""
    assert holds(text, REQUEST)
    assert not holds(f"!({text})", REQUEST)


NOTHING = ["request.host == 'a'", "request.headers['no'] == 'a'", "response.code > 'a'",
           "response.code.startsWith('5')", "request.path.matches('[')", "!request.path",
           "1 in request.path"]  # fmt: skip


@pytest.mark.parametrize("text", NOTHING)
def test_what_has_no_value(text):
    """It is neither true nor false; the other side of `||` and `&&` may decide all the same."""
    assert value(text, REQUEST) is None
    assert not holds(f"!({text})", REQUEST)
    assert holds(f"{text} || true", REQUEST)
    assert value(f"{text} && false", REQUEST) is False
    assert value(f"{text} && true", REQUEST) is None


REFUSED = {
    "response.codes > 1": "there is no attribute 'response.codes'", "1 + 1": "at '+ 1'",
    "response.code >=": "at its end", "(true": "at its end", "true false": "at 'false'",
    "'a'.size() == 1": "'size' is no function", "[1, 2": "at its end", "true ? 1 : 2": "at '? 1",
    "&& true": "at '&&'", "(" * 300: "longer than 250", "'a": "at \"'a\"", "request": "at its end",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text):
    """With the place or the name that is wrong."""
    with pytest.raises(ValueError, match=re.escape(REFUSED[text])):
        compiled(text)


@given(st.text(alphabet="responsed.code 0195'\"&|!()[],<>=in", max_size=40))
def test_any_text_is_read_or_refused(text):
    """Nothing else happens."""
    try:
        found = compiled(text)
    except ValueError:
        return
    assert callable(found)
    assert holds(text, REQUEST) in (True, False)
