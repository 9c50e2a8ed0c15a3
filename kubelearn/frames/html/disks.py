"""Claims and disks: the zones with their nodes and disks, the claims, and the course over time.

What is attached stands inside its node; nothing is told by colour alone, and nothing moves.
"""

from __future__ import annotations

from html import escape

from kubelearn.frames.html.sheet import cell, row_head, sheet, table
from kubelearn.frames.html.tracks import tracks_html
from kubelearn.frames.source import Frame, Row

HEADS = ("claim", "state", "asks for", "class", "disk", "used by", "waits for")
STATES = {
    "unplaced": "no node yet",
    "waiting": "waits",
    "running": "runs",
    "silent": "not ready",
    "ending": "is ending",
    "over": "is over",
}
_BOX = "margin:0 0 6px;padding:5px 8px;border-radius:5px"
_RULES = (
    ".kl-figure .kl-zones{display:grid;gap:10px;margin-bottom:10px;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,220px),1fr))}"
    ".kl-figure .kl-zone{padding:8px;border:1px dashed var(--kl-muted);border-radius:8px}"
    ".kl-figure .kl-zone b,.kl-figure .kl-host b{display:block;margin-bottom:4px}"
    f".kl-figure .kl-host{{{_BOX};border:1px solid var(--kl-line);background:var(--kl-card)}}"
    ".kl-figure .kl-host.kl-down{border:2px dashed var(--kl-alarm)}"
    ".kl-figure .kl-host.kl-down b{color:var(--kl-alarm)}"
    f".kl-figure .kl-disk{{{_BOX};border:2px solid var(--kl-accent);border-radius:14px;"
    "background:var(--kl-page);overflow-wrap:anywhere}"
    ".kl-figure .kl-disk.kl-moving{border-style:dashed}"
    ".kl-figure .kl-disk.kl-free{border-style:dotted}"
    f".kl-figure .kl-user{{{_BOX};padding:2px 8px;border:1px solid var(--kl-muted);"
    "overflow-wrap:anywhere}"
    ".kl-figure .kl-user:not(.kl-running){border-style:dashed}"
    ".kl-figure .kl-zones small{display:block;color:var(--kl-muted)}"
    ".kl-figure.kl-figure td.kl-why{color:var(--kl-alarm);min-width:180px}"
)


def disks_html(frame: Frame) -> str:
    """The frame of `disks`."""
    if not frame["claims"] and not frame["volumes"]:
        words = "<p>There is no claim and no volume.</p>"
        return sheet("disks", frame["summary"], words + tracks_html(frame))
    body = f"<style>{_RULES}</style>{_map(frame)}{_claims(frame)}{tracks_html(frame)}"
    return sheet("disks", frame["summary"], body)


def _map(frame: Frame) -> str:
    volumes = {volume["key"]: volume for volume in frame["volumes"]}
    zones = "".join(_zone(zone, volumes, frame) for zone in frame["zones"])
    anywhere = [volume for volume in volumes.values() if not volume["zones"]]
    shared = "".join(map(_disk, anywhere))
    more = f'<div class="kl-zone"><b>in no one zone</b>{shared}</div>' if shared else ""
    return f'<div class="kl-zones">{zones}{more}</div>'


def _zone(zone: Row, volumes: dict[str, Row], frame: Frame) -> str:
    hosts = "".join(_host(node, volumes, frame) for node in zone["nodes"])
    free = "".join(_disk(volumes[key]) for key in zone["volumes"] if not volumes[key]["nodes"])
    head = escape(zone["name"] or "no zone")
    return f'<div class="kl-zone"><b>zone {head}</b>{hosts}{free}</div>'


def _host(node: Row, volumes: dict[str, Row], frame: Frame) -> str:
    name = node["name"]
    here = [
        _disk(volume, one["state"])
        for volume in volumes.values()
        for one in volume["nodes"]
        if one["name"] == name
    ]
    pods = [pod for claim in frame["claims"] for pod in claim["pods"] if pod["node"] == name]
    users = (_pod(pod) for pod in {pod["name"]: pod for pod in pods}.values())
    down = "" if node["state"] == "ready" else " kl-down"
    head = f"<b>{escape(name)} · {escape(node['status'])}</b>"
    return f'<div class="kl-host{down}">{head}{"".join(users)}{"".join(here)}</div>'


def _pod(pod: Row) -> str:
    words = escape(f"pod {pod['name']} {STATES[pod['state']]}")
    return f'<div class="kl-user kl-{pod["state"]}">{words}</div>'


def _disk(volume: Row, state: str = "") -> str:
    look = "" if state == "attached" else " kl-moving" if state else " kl-free"
    words = state or ("attached nowhere" if volume["attaches"] else "reachable from every node")
    phase = "" if volume["phase"] == "Bound" else f", {volume['phase']}"
    facts = f"{words}{phase} · {volume['size']} · {volume['class'] or 'no class'}"
    held = ", ".join(volume["last"]) or "empty"
    more = f" and {volume['count'] - len(volume['last'])} before" if volume["count"] > 3 else ""
    return (
        f'<div class="kl-disk{look}">{escape(volume["label"])}<small>{escape(facts)}</small>'
        f"<small>on it: {escape(held + more)}</small></div>"
    )


def _claims(frame: Frame) -> str:
    volumes = {volume["key"]: volume for volume in frame["volumes"]}
    rows = [_claim(claim, volumes.get(claim["volume"])) for claim in frame["claims"]]
    return table(HEADS, rows) if rows else ""


def _claim(claim: Row, volume: Row | None) -> str:
    state = f"{claim['phase']}{', is being deleted' if claim['leaving'] else ''}"
    size = f"{claim['asked']} {claim['modes']}"
    if claim["has"] and claim["has"] != claim["asked"]:
        size += f" (has {claim['has']})"
    users = ", ".join(f"{pod['name']} ({STATES[pod['state']]})" for pod in claim["pods"])
    cells = (
        cell(state), cell(size), cell(claim["class"] or "–"), cell(_place(volume)),
        cell(users or "–"), cell(claim["waits"] or "–", "kl-why" if claim["waits"] else ""),
    )  # fmt: skip
    return f"<tr>{row_head(claim['name'])}{''.join(cells)}</tr>"


def _place(volume: Row | None) -> str:
    if volume is None:
        return "–"
    return f"{', '.join(volume['zones']) or 'any zone'}; policy {volume['policy']}"
