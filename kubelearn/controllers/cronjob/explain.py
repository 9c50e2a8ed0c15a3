"""What a CronJob waits for, in words."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.times import timestamp
from kubelearn.controllers.cronjob.due import PADDING, ScheduleError, wait
from kubelearn.controllers.cronjob.schedule import parse
from kubelearn.controllers.cronjob.zones import UnknownZone, zone


def reasons(cronjob: Object, now: int) -> list[str]:
    """Sentences about what runs and when the next run is."""
    status, spec = cronjob.get("status") or {}, cronjob["spec"]
    active = [one["name"] for one in status.get("active") or ()]
    found = [f"active Jobs: {', '.join(active) or 'none'}"]
    if status.get("lastScheduleTime"):
        found.append(f"its last run was scheduled for {status['lastScheduleTime']}")
    if spec.get("suspend"):
        return [*found, "is suspended: set spec.suspend to false and it starts Jobs"]
    try:
        schedule = parse(spec["schedule"], zone(spec.get("timeZone") or ""))
        following = now + wait(cronjob, now, schedule) - PADDING
    except (UnknownZone, ScheduleError) as error:
        return [*found, f"starts nothing: {error}"]
    except ValueError as error:
        return [*found, f"starts nothing: unparseable schedule: {error}"]
    found.append(f"the next run is due at {timestamp(following)}")
    if active and spec.get("concurrencyPolicy") == "Forbid":
        found.append("concurrencyPolicy Forbid: it starts nothing while a Job is active")
    return found
