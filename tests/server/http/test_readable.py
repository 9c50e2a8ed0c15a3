"""Looking whether a client has sent something."""

import resource
import socket

import pytest

from kubelearn.server.http.readable import readable

fcntl = pytest.importorskip("fcntl", reason="descriptors cannot be moved here")


@pytest.fixture
def pair():
    """Two ends of a connection."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_data_and_the_end(pair):
    """Nothing, something, the end."""
    one, other = pair
    found = [readable(one)]
    other.sendall(b"x")
    found.append(readable(one, 10))
    one.recv(1)
    other.close()
    found.append(readable(one, 10))
    assert found == [False, True, True]


def test_a_high_number_is_a_file_like_any_other(pair):
    """As that of the thousandth client."""
    one, other = pair
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2001:
        pytest.skip("this machine allows no descriptors above 2,000")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2001), hard))
    with socket.socket(fileno=fcntl.fcntl(one, fcntl.F_DUPFD, 2000)) as high:
        other.sendall(b"x")
        assert (high.fileno() >= 2000, readable(high, 10)) == (True, True)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
