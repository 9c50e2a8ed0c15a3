"""Least outstanding requests: each goes to the target that has the fewest unanswered ones.

The choice depends on the queues, so it is made request by request. A pod that serves in order is
known to be done with a request as soon as it takes it: nothing happens but arrivals and answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.traffic.crew import Crew
from kubelearn.traffic.lines import line
from kubelearn.traffic.station import Station

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

NOBODY = -1
"""The place of the station where no pod takes a request."""
BITS = 24
"""A moment and a number below 2**BITS are one int: heaps of ints are faster than those of tuples.
"""
MASK = (1 << BITS) - 1
NEVER = 1 << 100


class Leaf(NamedTuple):
    """What a request meets behind one choice; times in ns."""

    target: int
    delay: int
    """From the choice to the pod, or to the hop that makes an end of the request."""
    station: int
    answered: int
    """From the end of the work, or of the way, until the balancer has the answer."""
    law: int = 0
    """In which column its work stands."""
    goal: int = 0
    """What it is to whoever asks."""


class Asks(NamedTuple):
    """Requests in the order in which they are to be sent to a target, as columns of int64."""

    time: Array
    deadline: Array
    """When the client gives up."""
    turn: Array
    """Whose turn it is among equals."""
    fork: Array
    """Between which targets it is to be chosen."""
    works: list[Array]
    """What a pod would have to do, by law."""


class Arrival(NamedTuple):
    """A request that has a target and is on its way to its pod."""

    time: int
    deadline: int
    work: int
    leaf: Leaf


class Before(NamedTuple):
    """What is under way at the first choice."""

    counts: list[int]
    """Target → unanswered requests."""
    leaving: list[tuple[int, int]]
    """(when, target) of those whose answers are foreseen."""
    arriving: list[Arrival]
    """In the order in which they were sent."""
    stations: list[Station | Crew]


Fork = Mapping[int, Leaf | list[Leaf]]
"""Target → the leaf there, or that of each ask, in the order of turns."""


def choose(asks: Asks, forks: Mapping[int, Fork], before: Before) -> tuple[Array, Array]:
    """(goal, delay) of each request: what it is to meet, and how far that is from the choice."""
    goal, delay = table(_leaves(asks, forks, before)).T
    return goal, delay


def table(leaves: Sequence[tuple[int, ...]]) -> Array:
    """Leaves as rows of goal and delay."""
    import numpy as np

    return np.array([(leaf[-1], leaf[1]) for leaf in leaves], np.int64)


def _leaves(asks: Asks, forks: Mapping[int, Fork], before: Before) -> list[tuple[int, ...]]:
    """The leaf of each request, as a plain tuple."""
    old, counts = before.arriving, before.counts.copy()
    chosen: list[Any] = [tuple(one.leaf) for one in old]
    times, patience, turn, fork = (column.tolist() for column in asks[:-1])
    deadlines = [one.deadline for one in old] + patience
    works = [[one.work for one in old] + column.tolist() for column in asks.works]
    arriving = [one.time << BITS | number for number, one in enumerate(old)] + [NEVER]
    leaving = [time << BITS | target for time, target in before.leaving] + [NEVER]
    heapify(arriving)
    heapify(leaving)
    takes = [line(station) for station in before.stations]
    turns = {number: _turns(fork) for number, fork in forks.items()}
    mine = [turns[one][number % len(turns[one])] for one, number in zip(fork, turn, strict=True)]
    note, push, pop, bits, mask = chosen.append, heappush, heappop, BITS, MASK
    columns = zip(times, patience, mine, strict=True)
    for number, (now, deadline, (busy_of, options)) in enumerate(columns, len(old)):
        limit = (now + 1) << bits
        while arriving[0] < limit:
            came = pop(arriving)
            who = came & mask
            target, _, station, answered, law, _ = chosen[who]
            end, until = takes[station](came >> bits, works[law][who]) + answered, deadlines[who]
            push(leaving, (end if end < until else until) << bits | target)
        while leaving[0] < limit:
            counts[pop(leaving) & mask] -= 1
        busy = busy_of(counts)
        leaf = options[busy.index(0 if 0 in busy else min(busy))]
        if leaf.__class__ is list:
            leaf = leaf[number - len(old)]
        note(leaf)
        target, delay, station, answered, _, _ = leaf
        counts[target] += 1
        time = now + delay
        if station >= 0 and time <= deadline:
            push(arriving, time << bits | number)
        else:
            push(leaving, min(time + answered, deadline) << bits | target)
    return chosen[len(old) :]


Turn = tuple[Callable[[Sequence[int]], Sequence[int]], list[Any]]
"""What picks the counts of targets in order, and what is behind these targets."""


def _turns(fork: Fork) -> list[Turn]:
    """For each turn the targets, beginning with the one whose turn it is."""
    # With two of it the only target of a fork makes a tuple of counts too.
    targets = [*fork] if len(fork) > 1 else [*fork] * 2
    orders = [targets[place:] + targets[:place] for place in range(len(targets))]
    leaves = {target: _plain(leaf) for target, leaf in fork.items()}
    return [(itemgetter(*order), [leaves[target] for target in order]) for order in orders]


def _plain(leaf: Leaf | list[Leaf]) -> Any:
    """Plain tuples, whose parts are taken faster than those of a NamedTuple."""
    return [tuple(one) for one in leaf] if isinstance(leaf, list) else tuple(leaf)
