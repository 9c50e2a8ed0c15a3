"""JSON-shaped values as YAML text, in the form that Go's encoder and so kubectl write.

Source: `sigs.k8s.io/yaml` `yaml.go` (keys sorted), `goyaml.v2/encode.go`.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

TEXT_TAG: Final = "tag:yaml.org,2002:str"


AMBIGUOUS: Final = frozenset({"y", "Y", "n", "N"})
"""Texts that YAML 1.1 calls booleans and PyYAML does not."""


class GoDumper(yaml.SafeDumper):
    """Writes YAML as Go does: text that would read as something else gets double quotes.

    Parts that an object shares with itself are written each time, without anchors.
    """

    def ignore_aliases(self, _data: Any) -> bool:
        """Whether a value is written again where it is met again."""
        return True


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    tag = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    if "\n" in text:
        return dumper.represent_scalar(TEXT_TAG, text, style="|")
    plain = tag == TEXT_TAG and text not in AMBIGUOUS
    return dumper.represent_scalar(TEXT_TAG, text, style=None if plain else '"')


GoDumper.add_representer(str, _text_node)


def to_yaml(value: Any) -> str:
    """The text of one document, with a line break at its end."""
    made = yaml.dump(
        value, Dumper=GoDumper, default_flow_style=False, sort_keys=True, width=1 << 30
    )
    return str(made)
