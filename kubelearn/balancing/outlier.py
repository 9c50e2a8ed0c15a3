"""Outlier detection: hosts that fail are ejected for a while.

Too many failures in a row eject at once; the share of successes and failures is judged at the end
of each interval. The n-th ejection in a row lasts n times as long, and ends with an interval.
Source: envoy `source/common/upstream/outlier_detection_impl.cc`, 1.40.

Unlike the real one: the detection of errors of local origin by themselves (split mode) is left out:
a failed connection counts as a gateway failure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import sqrt
from typing import NamedTuple

SUCCESS_RATE_FACTOR = 1.9


class OutlierSettings(NamedTuple):
    """Envoy's fields and defaults; times in ms, enforcing_* in percent."""

    consecutive_5xx: int = 5
    enforcing_consecutive_5xx: int = 100
    consecutive_gateway_failure: int = 5
    enforcing_consecutive_gateway_failure: int = 0
    interval: int = 10_000
    base_ejection_time: int = 30_000
    max_ejection_time: int = 300_000
    max_ejection_percent: int = 10
    always_eject_one_host: bool = False
    success_rate_minimum_hosts: int = 5
    success_rate_request_volume: int = 100
    success_rate_stdev_factor: float = SUCCESS_RATE_FACTOR
    enforcing_success_rate: int = 100
    failure_percentage_threshold: int = 85
    failure_percentage_minimum_hosts: int = 5
    failure_percentage_request_volume: int = 50
    enforcing_failure_percentage: int = 0


def ejection_time(settings: OutlierSettings, times: int) -> int:
    """How long (ms) a host stays out when it is ejected for the n-th time in a row."""
    longest = max(settings.max_ejection_time, settings.base_ejection_time)
    return min(settings.base_ejection_time * times, longest)


def times_after(settings: OutlierSettings, times: int) -> int:
    """The count of ejections in a row after one more; it stops where the longest time begins."""
    longest = max(settings.max_ejection_time, settings.base_ejection_time)
    base = settings.base_ejection_time
    return times + 1 if times * base < longest + base else times


def jitter(random: int, longest: int) -> int:
    """What is added to an ejection (ms), from a random number."""
    return random % (longest + 1)


class Watched(NamedTuple):
    """What is known of one host."""

    failures: int = 0
    """5xx in a row."""
    gateway_failures: int = 0
    successes: int = 0
    """In this interval."""
    requests: int = 0
    ejected_at: int | None = None
    times: int = 0
    """Ejections in a row, as far as they make the next one longer; one less after each interval
    without."""


class Ejection(NamedTuple):
    """That a host went out, and why."""

    time: int
    host: str
    reason: str


@dataclass
class OutlierDetector:
    """Watches the answers of all hosts of one cluster."""

    settings: OutlierSettings
    hosts: dict[str, Watched]
    ejections: list[Ejection] = field(default_factory=list)

    @classmethod
    def of(cls, settings: OutlierSettings, hosts: tuple[str, ...]) -> OutlierDetector:
        """One that has seen nothing yet."""
        return cls(settings, {host: Watched() for host in hosts})

    def ejected(self) -> list[str]:
        """The hosts that are out now, in their order."""
        return [host for host, own in self.hosts.items() if own.ejected_at is not None]

    def result(self, host: str, status: int, now: int) -> None:
        """Count an answer (a failed connection or a timeout counts as 503 or 504)."""
        own = self.hosts[host]
        failed, gateway = status >= 500, status in (502, 503, 504)
        own = own._replace(
            failures=own.failures + 1 if failed else 0,
            gateway_failures=own.gateway_failures + 1 if gateway else 0,
            requests=own.requests + 1,
            successes=own.successes + (not failed),
        )
        self.hosts[host] = own
        self._judge_row(host, own, now)

    def _judge_row(self, host: str, own: Watched, now: int) -> None:
        """Too many in a row: out at once, and the count begins anew."""
        settings = self.settings
        if own.gateway_failures >= settings.consecutive_gateway_failure:
            self.hosts[host] = self.hosts[host]._replace(gateway_failures=0)
            if settings.enforcing_consecutive_gateway_failure:
                self._eject(host, now, "consecutive_gateway_failure")
        if own.failures >= settings.consecutive_5xx:
            self.hosts[host] = self.hosts[host]._replace(failures=0)
            if settings.enforcing_consecutive_5xx:
                self._eject(host, now, "consecutive_5xx")

    def _eject(self, host: str, now: int, reason: str) -> None:
        own = self.hosts[host]
        if own.ejected_at is not None or not self._may_eject():
            return
        self.hosts[host] = own._replace(ejected_at=now, times=times_after(self.settings, own.times))
        self.ejections.append(Ejection(now, host, reason))

    def _may_eject(self) -> bool:
        out = len(self.ejected())
        if not out and self.settings.always_eject_one_host:
            return True
        return 100 * (out + 1) <= self.settings.max_ejection_percent * len(self.hosts)

    def tick(self, now: int) -> list[str]:
        """The end of an interval: hosts come back, the others are judged; returns who is back."""
        back = [host for host in self.hosts if self._comes_back(host, now)]
        self._judge_rates(now)
        for host, own in self.hosts.items():
            self.hosts[host] = own._replace(requests=0, successes=0)
        return back

    def _comes_back(self, host: str, now: int) -> bool:
        own = self.hosts[host]
        if own.ejected_at is None:
            self.hosts[host] = own._replace(times=max(own.times - 1, 0))
            return False
        if now - own.ejected_at < ejection_time(self.settings, own.times):
            return False
        self.hosts[host] = own._replace(ejected_at=None, failures=0, gateway_failures=0)
        return True

    def _judge_rates(self, now: int) -> None:
        settings = self.settings
        good = self._rates(settings.success_rate_request_volume)
        rates = self._rates(settings.failure_percentage_request_volume)
        if settings.enforcing_success_rate and len(good) >= settings.success_rate_minimum_hosts:
            limit = success_threshold(list(good.values()), settings.success_rate_stdev_factor)
            self._eject_all([host for host in good if good[host] < limit], now, "success_rate")
        enough = len(rates) >= settings.failure_percentage_minimum_hosts
        if settings.enforcing_failure_percentage and enough:
            limit = 100.0 - settings.failure_percentage_threshold
            failing = [host for host in rates if rates[host] <= limit]
            self._eject_all(failing, now, "failure_percentage")

    def _eject_all(self, hosts: list[str], now: int, reason: str) -> None:
        for host in hosts:
            self._eject(host, now, reason)

    def _rates(self, volume: int) -> dict[str, float]:
        """Percent of successes of the hosts that are in and had enough requests."""
        return {
            host: 100.0 * own.successes / own.requests
            for host, own in self.hosts.items()
            if own.ejected_at is None and own.requests >= max(volume, 1)
        }

    def fork(self) -> OutlierDetector:
        """A copy."""
        return replace(self, hosts=self.hosts.copy(), ejections=self.ejections.copy())


def success_threshold(rates: list[float], factor: float = SUCCESS_RATE_FACTOR) -> float:
    """The share of successes below which a host stands out: mean - factor * deviation."""
    if not rates:
        return 0.0
    mean = sum(rates) / len(rates)
    variance = sum((rate - mean) ** 2 for rate in rates) / len(rates)
    return mean - factor * sqrt(variance)
