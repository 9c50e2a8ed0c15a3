"""Hash policies."""

from kubelearn.balancing.xxh64 import xxh64
from kubelearn.mesh.hashing import hash_of

HEADER = {"header": {"header_name": "X-User"}}
QUERY = {"query_parameter": {"name": "q"}}


def test_what_is_hashed():
    """A header, a cookie, a parameter of the query, or the client's address."""
    cookie = {"cookie": {"name": "id"}}
    source = {"connection_properties": {"source_ip": True}}
    assert xxh64("kim") == hash_of([HEADER], {"x-user": "kim"}, "", "")
    assert xxh64("7") == hash_of([cookie], {"cookie": 'a=1; id="7"'}, "", "")
    assert xxh64("2") == hash_of([QUERY], {}, "p=1&q=2&q=3", "")
    assert xxh64("%41+b") == hash_of([QUERY], {}, "q=%41+b", "")
    assert xxh64("7") == hash_of([cookie], {"cookie": "id=7; id=8"}, "", "")
    assert xxh64("10.0.0.1") == hash_of([source], {}, "", "10.0.0.1")


def test_nothing_found_is_no_hash():
    """Then any host will do."""
    assert hash_of([HEADER, QUERY], {}, "p=1", "") is None
    assert hash_of([{"cookie": {"name": "id"}}], {"cookie": "id="}, "", "") is None


def test_several_are_mixed():
    """The order counts; what is not there does not."""
    both = hash_of([HEADER, QUERY], {"x-user": "kim"}, "q=2", "")
    other = hash_of([QUERY, HEADER], {"x-user": "kim"}, "q=2", "")
    assert len({both, other, xxh64("kim")}) == 3
    assert xxh64("kim") == hash_of([QUERY, HEADER], {"x-user": "kim"}, "", "")
