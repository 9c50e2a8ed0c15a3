"""Cookies in headers."""

from kubelearn.traffic.cookies import cookies, joined, set_cookies, sets


def test_cookies_of_a_request():
    """By name; the name of the header in any case."""
    assert cookies({"Cookie": "a=1; b=x=="}) == {"a": "1", "b": "x=="}
    assert (cookies({}), cookies({"cookie": "a b"})) == ({}, {})


def test_answers_keep_all_cookies():
    """Other headers are replaced."""
    found = joined({"set-cookie": "a=1; Path=/", "x": "1"}, {"set-cookie": "b=2", "x": "2"})
    assert (set_cookies(found), found["x"]) == (["a=1; Path=/", "b=2"], "2")
    assert joined({}, {"x": "1"}) == {"x": "1"}


def test_who_sets_what():
    """By the whole name."""
    answer = {"set-cookie": "AWSALB=1; Path=/\nSESSION=2"}
    assert [sets(answer, name) for name in ("SESSION", "AWSALB", "SESS", "Path")] == [
        True, True, False, False,
    ]  # fmt: skip
