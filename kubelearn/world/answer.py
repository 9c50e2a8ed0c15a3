"""Answers in words, as kubectl prints them."""

from __future__ import annotations


class Answer(str):
    """A text that a notebook shows as it is, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)
