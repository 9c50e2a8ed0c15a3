"""The forms that names, keys and values must have, with upstream's explanations.

Every rule takes a text (or number) and returns the list of explanations of what is wrong with it;
an empty list means that it is right. Lengths are in bytes of UTF-8.

Source: `apimachinery/pkg/util/validation/validation.go`, `apimachinery/pkg/api/validate/content`,
Kubernetes 1.36.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN: Final = rf"{LABEL}(\.{LABEL})*"
UNDERSCORE_LABEL: Final = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
UNDERSCORE_SUBDOMAIN: Final = rf"{UNDERSCORE_LABEL}(\.{UNDERSCORE_LABEL})*"
LABEL_1035: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
WILDCARD_SUBDOMAIN: Final = rf"\*\.{SUBDOMAIN}"
LABEL_KEY: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
LABEL_VALUE: Final = f"({LABEL_KEY})?"
C_IDENTIFIER: Final = "[A-Za-z_][A-Za-z0-9_]*"
PERCENT: Final = "[0-9]+%"
HTTP_HEADER: Final = "[-A-Za-z0-9]+"
HTTP_PATH: Final = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
CONFIG_KEY: Final = "[-._a-zA-Z0-9]+"

LABEL_LENGTH: Final = 63
SUBDOMAIN_LENGTH: Final = 253
PORT_NAME_LENGTH: Final = 15

LABEL_TEXT: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
SUBDOMAIN_TEXT: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
    "'-' or '.', and must start and end with an alphanumeric character"
)
UNDERSCORE_TEXT: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
    "'_', '-' or '.', and must start and end with an alphanumeric character"
)
LABEL_1035_TEXT: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character"
)
WILDCARD_TEXT: Final = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "
    "which must consist of lower case alphanumeric characters, '-' or '.' "
    "and end with an alphanumeric character"
)
LABEL_KEY_TEXT: Final = (
    "must consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
LABEL_VALUE_TEXT: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, "
    "'-', '_' or '.', and must start and end with an alphanumeric character"
)
C_IDENTIFIER_TEXT: Final = (
    "a valid C identifier must start with alphabetic character or '_', "
    "followed by a string of alphanumeric characters or '_'"
)
PERCENT_TEXT: Final = "a valid percent string must be a numeric string followed by an ending '%'"
HTTP_HEADER_TEXT: Final = "a valid HTTP header must consist of alphanumeric characters or '-'"
CONFIG_KEY_TEXT: Final = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
)
ENV_NAME_TEXT: Final = (
    "a valid environment variable name must consist only of printable ASCII characters "
    "other than '='"
)
DOMAIN_PATH_TEXT: Final = 'must be a domain-prefixed path (such as "acme.io/foo")'


def regex_error(text: str, pattern: str, *examples: str) -> str:
    """An explanation that ends with examples and the expression that is used."""
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{text} ({'e.g. ' if shown else ''}{shown}regex used for validation is '{pattern}')"


def max_length_error(length: int) -> str:
    """The explanation for a text that is too long."""
    return f"must be no more than {length} characters"


def max_bytes_error(length: int) -> str:
    """The explanation for a label key or value that is too long."""
    return f"must be no more than {length} bytes"


def range_error(low: int, high: int) -> str:
    """The explanation for a number outside a range."""
    return f"must be between {low} and {high}, inclusive"


def dns1123_label(value: str) -> list[str]:
    """A name of one part: `web-1`."""
    errors = _length(value, LABEL_LENGTH)
    if re.fullmatch(LABEL, value):
        return errors
    if re.fullmatch(SUBDOMAIN, value):
        return [*errors, "must not contain dots"]
    return [*errors, regex_error(LABEL_TEXT, LABEL, "my-name", "123-abc")]


def dns1123_subdomain(value: str) -> list[str]:
    """A name of parts with dots between them: `web.example.com`."""
    return _length(value, SUBDOMAIN_LENGTH) + _subdomain_form(value)


def dns1123_subdomain_with_underscore(value: str) -> list[str]:
    """As `dns1123_subdomain`, underscores allowed."""
    errors = _length(value, SUBDOMAIN_LENGTH)
    return errors + _form(value, UNDERSCORE_SUBDOMAIN, UNDERSCORE_TEXT, "example.com")


def dns1035_label(value: str) -> list[str]:
    """A name of one part that starts with a letter."""
    errors = _length(value, LABEL_LENGTH)
    return errors + _form(value, LABEL_1035, LABEL_1035_TEXT, "my-name", "abc-123")


def wildcard_subdomain(value: str) -> list[str]:
    """A subdomain behind `*.`."""
    errors = _length(value, SUBDOMAIN_LENGTH)
    return errors + _form(value, WILDCARD_SUBDOMAIN, WILDCARD_TEXT, "*.example.com")


def label_key(value: str) -> list[str]:
    """A qualified name: an optional DNS prefix, `/`, and a name of up to 63 bytes."""
    return list(_label_key(value))


@lru_cache(maxsize=4096)
def _label_key(value: str) -> list[str]:
    # The same few keys come by again and again.
    parts = value.split("/")
    if len(parts) > 2:
        form = regex_error(LABEL_KEY_TEXT, LABEL_KEY, "MyName", "my.name", "123-abc")
        prefixed = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a valid label key {form} {prefixed}"]
    prefix = _prefix_part(parts[0]) if len(parts) == 2 else []
    return prefix + [f"name part {error}" for error in _name_part(parts[-1])]


qualified_name = label_key


def label_value(value: str) -> list[str]:
    """The value of a label: empty, or up to 63 bytes."""
    errors = _bytes(value, LABEL_LENGTH)
    return errors + _form(value, LABEL_VALUE, LABEL_VALUE_TEXT, "MyValue", "my_value", "12345")


def c_identifier(value: str) -> list[str]:
    """A name as the C language allows it."""
    return _form(value, C_IDENTIFIER, C_IDENTIFIER_TEXT, "my_name", "MY_NAME", "MyName")


def env_name(value: str) -> list[str]:
    """The name of an environment variable (relaxed, the default since 1.34)."""
    if not value:
        return ["environment variable name must be non-empty"]
    if all(" " <= character <= "~" and character != "=" for character in value):
        return []
    return [ENV_NAME_TEXT]


def config_key(value: str) -> list[str]:
    """The key of an entry of a ConfigMap or Secret."""
    errors = _length(value, SUBDOMAIN_LENGTH)
    errors += _form(value, CONFIG_KEY, CONFIG_KEY_TEXT, "key.name", "KEY_NAME", "key-name")
    return errors + _dots(value)


def http_header_name(value: str) -> list[str]:
    """The name of an HTTP header."""
    return _form(value, HTTP_HEADER, HTTP_HEADER_TEXT, "X-Header-Name")


def percent(value: str) -> list[str]:
    """A percentage: `25%`."""
    return _form(value, PERCENT, PERCENT_TEXT, "1%", "93%")


def port_name(value: str) -> list[str]:
    """The name of a port: up to 15 of a-z, 0-9 and single hyphens, with a letter."""
    errors = _length(value, PORT_NAME_LENGTH)
    if not re.fullmatch("[-a-z0-9]+", value):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", value):
        errors.append("must contain at least one letter (a-z)")
    if "--" in value:
        errors.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        errors.append("must not begin or end with a hyphen")
    return errors


def port_number(value: int) -> list[str]:
    """A port: 1 to 65535."""
    return in_range(value, 1, 65535)


def in_range(value: int, low: int, high: int) -> list[str]:
    """A number within a range, both ends included."""
    return [] if low <= value <= high else [range_error(low, high)]


def user_id(value: int) -> list[str]:
    """A user or group id of Linux."""
    return in_range(value, 0, 0x7FFFFFFF)


def name_is_dns_label(value: str, *, generate: bool = False) -> list[str]:
    """An object's name of one part; as `generateName` it may end in a dash."""
    return dns1123_label(_mask_trailing_dash(value) if generate else value)


def name_is_dns_subdomain(value: str, *, generate: bool = False) -> list[str]:
    """An object's name, dots allowed; as `generateName` it may end in a dash."""
    return dns1123_subdomain(_mask_trailing_dash(value) if generate else value)


def name_is_dns1035_label(value: str, *, generate: bool = False) -> list[str]:
    """As `name_is_dns_label`, but it starts with a letter."""
    return dns1035_label(_mask_trailing_dash(value) if generate else value)


def path_segment_name(value: str, *, generate: bool = False) -> list[str]:
    """A name that is only safe as one segment of a URL (RBAC objects)."""
    if not generate and value in (".", ".."):
        return [f"may not be '{value}'"]
    return [f"may not contain '{illegal}'" for illegal in ("/", "%") if illegal in value]


def _mask_trailing_dash(value: str) -> str:
    return value[:-2] + "a" if len(value) > 1 and value.endswith("-") else value


def _length(value: str, limit: int) -> list[str]:
    return [max_length_error(limit)] if len(value.encode()) > limit else []


def _bytes(value: str, limit: int) -> list[str]:
    return [max_bytes_error(limit)] if len(value.encode()) > limit else []


def _form(value: str, pattern: str, text: str, *examples: str) -> list[str]:
    return [] if re.fullmatch(pattern, value) else [regex_error(text, pattern, *examples)]


def _subdomain_form(value: str) -> list[str]:
    return _form(value, SUBDOMAIN, SUBDOMAIN_TEXT, "example.com")


def _prefix_part(prefix: str) -> list[str]:
    if not prefix:
        return ["prefix part must be non-empty"]
    errors = _bytes(prefix, SUBDOMAIN_LENGTH) + _subdomain_form(prefix)
    return [f"prefix part {error}" for error in errors]


def _name_part(name: str) -> list[str]:
    errors = _bytes(name, LABEL_LENGTH) if name else ["must be non-empty"]
    return errors + _form(name, LABEL_KEY, LABEL_KEY_TEXT, "MyName", "my.name", "123-abc")


def _dots(value: str) -> list[str]:
    if value in (".", ".."):
        return [f"must not be '{value}'"]
    return ["must not start with '..'"] if value.startswith("..") else []
