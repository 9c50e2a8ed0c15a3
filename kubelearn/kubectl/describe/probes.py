"""A probe in one line."""

from __future__ import annotations

from urllib.parse import quote

from kubelearn.api.objects import Object


def probe_text(probe: Object) -> str:
    """What it does, and how often."""
    return f"{_action(probe)} {_timing(probe)}"


def _timing(probe: Object) -> str:
    parts = {
        "delay": f"{probe.get('initialDelaySeconds', 0)}s",
        "timeout": f"{probe.get('timeoutSeconds', 1)}s",
        "period": f"{probe.get('periodSeconds', 10)}s",
        "successThreshold": probe.get("successThreshold", 1),
        "failureThreshold": probe.get("failureThreshold", 3),
    }
    return " ".join(f"{name}={text}" for name, text in parts.items())


def _action(probe: Object) -> str:
    if "exec" in probe:
        return f"exec [{' '.join(probe['exec'].get('command') or ())}]"
    if "httpGet" in probe:
        get = probe["httpGet"]
        scheme, host = get.get("scheme", "HTTP").lower(), get.get("host", "")
        path = quote(get.get("path", ""), safe="/:@!$&'()*+,;=~")
        slash = "" if path.startswith("/") or not path else "/"
        return f"http-get {scheme}://{host}:{get['port']}{slash}{path}"
    if "tcpSocket" in probe:
        return f"tcp-socket {probe['tcpSocket'].get('host', '')}:{probe['tcpSocket']['port']}"
    if "grpc" in probe:
        return f"grpc <pod>:{probe['grpc']['port']} {probe['grpc'].get('service', '')}"
    return "unknown"
