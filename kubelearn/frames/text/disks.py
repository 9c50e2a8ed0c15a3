"""Claims and disks as plain text: what is where now, then each disk's course."""

from __future__ import annotations

from kubelearn.frames.source import Frame, Row
from kubelearn.sim.clock import MILLISECOND
from kubelearn.sim.duration import format_duration

TENTH = 100 * MILLISECOND


def disks_text(frame: Frame) -> str:
    """The frame of `disks`."""
    volumes = {volume["key"]: volume for volume in frame["volumes"]}
    lines = [frame["summary"]]
    if frame["claims"]:
        lines += ["", *(_claim(claim, volumes) for claim in frame["claims"])]
    loose = {volume["key"] for volume in frame["volumes"]} - {c["volume"] for c in frame["claims"]}
    lines += [_volume(volume) for volume in frame["volumes"] if volume["key"] in loose]
    for zone in frame["zones"]:
        nodes = ", ".join(f"{node['name']} {node['status']}" for node in zone["nodes"])
        lines.append(f"zone {zone['name'] or '–'}: {nodes or 'no worker'}")
    for track in frame["tracks"]:
        lines += ["", f"{track['label']} ({track['kind']})", *_course(track)]
    marks = [f"  {one['timeText'].rjust(8)}  {one['text']}" for one in frame["marks"]]
    return "\n".join([*lines, *(["", *marks] if marks else [])])


def _claim(claim: Row, volumes: dict[str, Row]) -> str:
    head = f"claim {claim['name']}: {claim['phase']}, {claim['asked']} {claim['modes']}"
    volume = volumes.get(claim["volume"])
    rest = f" of class {claim['class'] or 'none'}"
    if volume is not None:
        rest += f" -> {_volume(volume)}"
    return f"{head}{rest}{'; waits: ' + claim['waits'] if claim['waits'] else ''}"


def _volume(volume: Row) -> str:
    where = ", ".join(volume["zones"]) or "any zone"
    places = ", ".join(f"{one['state']} {one['name']}" for one in volume["nodes"])
    held = ", ".join(volume["last"]) or "empty"
    return f"{volume['label']} in {where} ({volume['phase']}, {volume['policy']}) {places}: {held}"


def _course(track: Row) -> list[str]:
    told = [(span["start"], f"{span['state']} {span['node']}".rstrip()) for span in track["spans"]]
    told += [(entry["time"], f"written: {entry['text']}") for entry in track["entries"]]
    told += [(time, "all of it is lost") for time in track["lost"]]
    for pod in track["pods"]:
        told += [(span["start"], f"pod {pod['name']} {span['state']} {span['node']}".rstrip())
                 for span in pod["spans"]]  # fmt: skip
    return [f"  {format_duration(round(time / TENTH) * TENTH).rjust(8)}  {words}"
            for time, words in sorted(told)]  # fmt: skip
