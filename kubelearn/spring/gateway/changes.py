"""What a filter has done to an exchange, in words."""

from __future__ import annotations

from kubelearn.spring.gateway.definitions import Step
from kubelearn.spring.gateway.exchange import Exchange, Pairs


def changes(step: Step, before: Exchange, after: Exchange) -> list[str]:
    """What a filter has changed, in words."""
    said = []
    if after.path != before.path:
        said.append(f"path {before.path} → {after.path}")
    if after.query != before.query:
        said.append(f"query {before.query or 'none'} → {after.query or 'none'}")
    if after.headers != before.headers:
        said.append(headers_changed(before.headers, after.headers))
    if after.status != before.status:
        said.append(f"status {after.status}")
    if after.response != before.response:
        said.append(f"answer's {headers_changed(before.response, after.response)}")
    if (after.host, after.uri) != (before.host, before.uri):
        said.append(f"to {after.uri or after.host}")
    return [f"{step.text}: {'; '.join(said)}"] if said else []


def headers_changed(before: Pairs, after: Pairs) -> str:
    """New headers and those that are gone."""
    new = [f"{name}: {value}" for name, value in after if (name, value) not in before]
    gone = {name for name, _ in before} - {name for name, _ in after}
    return ", ".join([*new, *(f"without {name}" for name in sorted(gone))])
