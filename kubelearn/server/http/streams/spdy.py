"""SPDY/3.1: many streams over one connection, as older clients want them.

kubectl forwards ports this way (inside a WebSocket since 1.31), and older ones run programs so.
Source: SPDY Protocol, draft 3.1; moby/spdystream, which the clients use.

Unlike the real one: windows are not counted, as the clients do not count them either; a connection
has at most a thousand streams.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final, NamedTuple

from kubelearn.server.http.streams.pipe import Gone, Pipe

NAMES: Final = (
    "options|head|post|put|delete|trace|accept|accept-charset|accept-encoding|accept-language|"
    "accept-ranges|age|allow|authorization|cache-control|connection|content-base|content-encoding|"
    "content-language|content-length|content-location|content-md5|content-range|content-type|date|"
    "etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|"
    "if-unmodified-since|last-modified|location|max-forwards|pragma|proxy-authenticate|"
    "proxy-authorization|range|referer|retry-after|server|te|trailer|transfer-encoding|upgrade|"
    "user-agent|vary|via|warning|www-authenticate|method|get|status|200 OK|version|HTTP/1.1|url|"
    "public|set-cookie|keep-alive|origin"
)
REST: Final = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request"
    "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
    "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, "
    "Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,"
    "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch"
    "charset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)
DICTIONARY: Final = (
    b"".join(struct.pack(">I", len(name)) + name.encode() for name in NAMES.split("|"))
    + REST.encode()
)
"""What both sides know before the first header: section 2.6.10.1 of the draft."""
VERSION: Final = 3
SYN_STREAM, SYN_REPLY, RST_STREAM, SETTINGS, PING, GOAWAY, HEADERS = 1, 2, 3, 4, 6, 7, 8
FIN: Final = 1
MOST_STREAMS: Final = 1000
LONGEST: Final = 1 << 20
LONGEST_HEADERS: Final = 1 << 16


class Event(NamedTuple):
    """What a client did to a stream: opened it with headers, sent data, or ended its half."""

    stream: int
    headers: dict[str, str] | None = None
    data: bytes = b""
    ended: bool = False


class Session:
    """The streams of one client."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)
        self._opened = 0

    def ready(self, seconds: float = 0.0) -> bool:
        """Whether something comes within so many seconds."""
        return self._pipe.ready(seconds)

    def receive(self) -> Event:
        """What the client does next; Gone when it leaves."""
        while True:
            word, rest = struct.unpack(">II", self._pipe.exactly(8))
            flags, length = rest >> 24, rest & 0xFFFFFF
            if length > LONGEST:
                raise Gone("a frame is too long")
            data = self._pipe.exactly(length)
            if not word >> 31:
                return Event(word, None, data, bool(flags & FIN))
            event = self._controlled(word & 0xFFFF, flags, data)
            if event is not None:
                return event

    def _controlled(self, kind: int, flags: int, data: bytes) -> Event | None:
        if kind == SYN_STREAM and len(data) >= 10:
            return self._opening(flags, data)
        if kind == RST_STREAM and len(data) == 8:
            return Event(_number(data), None, b"", ended=True)
        if kind == PING and len(data) == 4:
            self._control(PING, data)
        elif kind == GOAWAY:
            raise Gone("the client goes away")
        elif kind == HEADERS and len(data) >= 4:
            self._headers(data[4:])  # the compression goes on through all headers
        return None

    def _opening(self, flags: int, data: bytes) -> Event:
        self._opened += 1
        if self._opened > MOST_STREAMS:
            raise Gone("too many streams")
        stream, headers = _number(data), self._headers(data[10:])
        empty = self._deflate.compress(struct.pack(">I", 0)) + self._deflate.flush(
            zlib.Z_SYNC_FLUSH
        )
        self._control(SYN_REPLY, struct.pack(">I", stream) + empty)
        return Event(stream, headers, b"", bool(flags & FIN))

    def _headers(self, data: bytes) -> dict[str, str]:
        try:
            plain = self._inflate.decompress(data, LONGEST_HEADERS)
            if self._inflate.unconsumed_tail:
                raise Gone("the headers are too long")
            return _pairs(plain)
        except (zlib.error, struct.error, ValueError):
            raise Gone("the headers cannot be read") from None

    def _control(self, kind: int, data: bytes) -> None:
        head = struct.pack(">HHI", 0x8000 | VERSION, kind, len(data))
        self._pipe.send(head + data)

    def send(self, stream: int, data: bytes, *, end: bool = False) -> None:
        """Send data on a stream, and perhaps end this half of it."""
        for start in range(0, len(data), LONGEST) or (0,):
            part = data[start : start + LONGEST]
            flags = FIN if end and start + LONGEST >= len(data) else 0
            self._pipe.send(struct.pack(">II", stream, flags << 24 | len(part)) + part)

    def close(self) -> None:
        """Say that nothing more comes."""
        self._control(GOAWAY, struct.pack(">II", 0, 0))


def _number(data: bytes) -> int:
    return int(struct.unpack(">I", data[:4])[0] & 0x7FFFFFFF)


def _pairs(plain: bytes) -> dict[str, str]:
    """The names and values of a header block."""
    (count,) = struct.unpack_from(">I", plain)
    at, texts = 4, []
    for _ in range(2 * min(count, 1000)):
        (length,) = struct.unpack_from(">I", plain, at)
        texts.append(plain[at + 4 : at + 4 + length].decode())
        at += 4 + length
    return {name.lower(): value for name, value in zip(texts[::2], texts[1::2], strict=True)}
