"""The terminal at the other end: lines, keys, waiting."""

from contextlib import nullcontext

import pytest

from kubelearn.server.connections import Streams
from kubelearn.server.http.streams.channels import Piece
from kubelearn.server.http.streams.console import LONGEST_LINE, Console
from kubelearn.server.http.streams.pipe import Gone
from kubelearn.sim.clock import SECOND, Clock
from kubelearn.world.shell.effects import Interrupt


class Channels:
    """Gives pieces, keeps what is sent."""

    def __init__(self, *pieces):
        self.pieces = [Piece(0, p) if not isinstance(p, Piece) else p for p in pieces][::-1]
        self.sent = b""

    def ready(self, seconds=0.0):
        return bool(self.pieces)

    def receive(self):
        if not self.pieces:
            raise Gone("nothing more")
        return self.pieces.pop()

    def send(self, channel, data):
        self.sent += bytes((48 + channel,)) + data


class World:
    """A clock that goes on whenever somebody looks."""

    def __init__(self):
        self._clock = Clock(0)

    @property
    def clock(self):
        self._clock.now += SECOND
        return self._clock


class Patience:
    """Nobody closes."""

    closed = False

    def waiting(self):
        return nullcontext()


def console(*pieces, tty=False, stdin=True):
    """(a console, its channels)."""
    channels = Channels(*pieces)
    streams = Streams(stdin, True, not tty, tty)
    return Console(channels, streams, World(), Patience()), channels


def test_lines_without_a_terminal():
    """However they are cut; the last one may have no end."""
    made, _ = console(b"a\nb", b"c\nd", Piece(0, None))
    assert [made.read("> ") for _ in range(4)] == ["a\n", "bc\n", "d", None]


def test_no_input():
    """Who has no standard input reads nothing."""
    made, _ = console(stdin=False)
    assert made.read("") is None


def test_streams():
    """Two without a terminal, one with it, with its own ends of lines."""
    plain, channels = console()
    plain.out("a\n")
    plain.err("b\n")
    assert channels.sent == b"1a\n2b\n"
    screen, channels = console(tty=True)
    screen.out("a\n")
    screen.err("b\n")
    assert channels.sent == b"1a\r\n1b\r\n"


def test_a_line_is_edited():
    """The prompt, an echo of each key, Backspace, Enter."""
    made, channels = console(b"ax\x7fb\r", tty=True)
    assert made.read("$ ") == "ab\n"
    assert channels.sent.replace(b"1", b"") == b"$ ax\b \bb\r\n"


def test_keys_that_end():
    """Ctrl-D at the start of a line, Ctrl-C anywhere."""
    assert console(b"\x04", tty=True)[0].read("") is None
    made, channels = console(b"abc\x03", tty=True)
    with pytest.raises(Interrupt):
        made.read("")
    assert channels.sent.endswith(b"1^C\r\n")


def test_waiting_can_be_interrupted():
    """By a Ctrl-C that comes, and by one that came together with the line."""
    made, _ = console(b"ls\r\x03", tty=True)
    assert made.read("") == "ls\n"
    for each in (made, console(b"\x03", tty=True)[0]):
        with pytest.raises(Interrupt):
            each.sleep(1000 * SECOND)


def test_what_is_typed_meanwhile_is_kept():
    """For whoever reads next; waiting ends with its time."""
    made, _ = console(b"next\n")
    made.sleep(5 * SECOND)
    assert made.read("") == "next\n"


def test_other_channels_are_no_input():
    """The size of a window, say."""
    made, _ = console(Piece(4, b'{"Width":80}'), b"a\n")
    assert made.read("") == "a\n"


def test_a_line_without_end_is_refused():
    """A mebibyte is the most."""
    made, _ = console(*[b"a" * 65536] * (LONGEST_LINE // 65536 + 1))
    with pytest.raises(Gone, match="too long"):
        made.read("")
