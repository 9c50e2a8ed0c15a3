"""Rules of Ingresses and IngressClasses (`pkg/apis/networking/validation`, 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import immutable, items, named, part
from kubelearn.api.validation.domain_path import domain_prefixed_path
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
    too_long,
)
from kubelearn.api.validation.ip import parse_address
from kubelearn.api.validation.load_balancer import ingress_status
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import (
    dns1123_label,
    dns1123_subdomain,
    path_segment_name,
    port_name,
    port_number,
    wildcard_subdomain,
)

CLASS_NOTE = "kubernetes.io/ingress.class"
PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
BAD_SUFFIXES = ("/..", "/.")
SCOPES = ("Cluster", "Namespace")
MAX_CONTROLLER = 250


def create(ingress: Object) -> list[FieldError]:
    """A new Ingress."""
    errors = _common(ingress, None)
    note = part(part(ingress, "metadata"), "annotations").get(CLASS_NOTE)
    name = part(ingress, "spec").get("ingressClassName")
    if note is not None and name is not None and note != name:
        detail = "must match `ingressClassName` when both are specified"
        errors.append(invalid(f"annotations.{CLASS_NOTE}", note, detail))
    return errors


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Ingress."""
    return validate_meta_update(new, old) + _common(new, old)


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of an Ingress."""
    balancer = part(part(new, "status"), "loadBalancer")
    return validate_meta_update(new, old) + ingress_status(balancer, "status.loadBalancer")


def warnings(new: Object, old: Object | None) -> list[str]:
    """The annotation is how a class was given before there was a field."""
    if old is not None or CLASS_NOTE not in part(part(new, "metadata"), "annotations"):
        return []
    return [
        f"annotation \"{CLASS_NOTE}\" is deprecated, please use 'spec.ingressClassName' instead"
    ]


def _common(ingress: Object, old: Object | None) -> list[FieldError]:
    spec, path = part(ingress, "spec"), "spec"
    rules, default = items(spec, "rules"), spec.get("defaultBackend")
    errors = validate_meta(ingress)
    if not rules and default is None:
        detail = "either `defaultBackend` or `rules` must be specified"
        errors.append(invalid(path, None if spec.get("rules") is None else [], detail))
    if default is not None:
        errors += _backend(default, child(path, "defaultBackend"))
    for position, rule in enumerate(rules):
        errors += _rule(rule, index(child(path, "rules"), position))
    strict = not any(_secret_errors(tls, "") for tls in items(part(old or {}, "spec"), "tls"))
    for position, tls in enumerate(items(spec, "tls")):
        errors += _tls(tls, index(child(path, "tls"), position), strict=strict)
    name = spec.get("ingressClassName")
    if name is not None:
        errors += named(child(path, "ingressClassName"), name, dns1123_subdomain(name))
    return errors


def _host(host: str, path: str) -> list[FieldError]:
    rule = wildcard_subdomain if "*" in host else dns1123_subdomain
    return named(path, host, rule(host))


def _tls(tls: Object, path: str, *, strict: bool) -> list[FieldError]:
    errors = []
    for position, host in enumerate(items(tls, "hosts")):
        errors += _host(host, index(child(path, "hosts"), position))
    return errors + (_secret_errors(tls, path) if strict else [])


def _secret_errors(tls: Object, path: str) -> list[FieldError]:
    name = tls.get("secretName")
    return named(child(path, "secretName"), name, dns1123_subdomain(name)) if name else []


def _rule(rule: Object, path: str) -> list[FieldError]:
    host, errors = rule.get("host", ""), []
    if host and parse_address(host) is not None:
        detail = "must be a DNS name, not an IP address"
        errors.append(invalid(child(path, "host"), host, detail))
    errors += _host(host, child(path, "host")) if host else []
    http = rule.get("http")
    if http is None:
        return errors
    paths, path = items(http, "paths"), child(path, "http", "paths")
    errors += [] if paths else [required(path)]
    for position, found in enumerate(paths):
        errors += _path(found, index(path, position))
    return errors


def _path(found: Object, path: str) -> list[FieldError]:
    kind, text, place = found.get("pathType"), found.get("path", ""), child(path, "path")
    if kind is None:
        return [required(child(path, "pathType"), "pathType must be specified")]
    errors = []
    if kind not in PATH_TYPES:
        errors.append(not_supported(child(path, "pathType"), kind, PATH_TYPES))
    elif not text.startswith("/") and (text or kind != "ImplementationSpecific"):
        errors.append(invalid(place, text, "must be an absolute path"))
    if kind in ("Exact", "Prefix"):
        wrong = [f"must not contain '{bad}'" for bad in BAD_SEQUENCES if bad in text]
        wrong += [f"cannot end with '{bad}'" for bad in BAD_SUFFIXES if text.endswith(bad)]
        errors += named(place, text, wrong)
    return errors + _backend(part(found, "backend"), child(path, "backend"))


def _backend(backend: Object, path: str) -> list[FieldError]:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        return [invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return _reference(resource, child(path, "resource"))
    if service is None:
        return [invalid(path, "", "resource or service backend is required")]
    name, place = service.get("name", ""), child(path, "service", "name")
    errors = named(place, name, dns1123_label(name)) if name else [required(place)]
    return errors + _service_port(part(service, "port"), path)


def _service_port(port: Object, path: str) -> list[FieldError]:
    name, number = port.get("name", ""), port.get("number", 0)
    if name and number:
        return [invalid(path, "", "cannot set both port name & port number")]
    if name:
        return named(child(path, "service", "port", "name"), name, port_name(name))
    if number:
        return named(child(path, "service", "port", "number"), number, port_number(number))
    return [required(path, "port name or number is required")]


def _reference(reference: Object, path: str) -> list[FieldError]:
    group, errors = reference.get("apiGroup"), []
    if group is not None:
        errors += named(child(path, "apiGroup"), group, dns1123_subdomain(group))
    for name in ("kind", "name"):
        text, place = reference.get(name, ""), child(path, name)
        errors += (
            named(place, text, path_segment_name(text))
            if text
            else [required(place, f"{name} is required")]
        )
    return errors


def create_class(ingress_class: Object) -> list[FieldError]:
    """A new IngressClass."""
    spec, path = part(ingress_class, "spec"), "spec"
    errors = validate_meta(ingress_class, namespaced=False)
    controller, place = spec.get("controller", ""), child(path, "controller")
    if len(controller) > MAX_CONTROLLER:
        errors.append(too_long(place, "", MAX_CONTROLLER))
    errors += domain_prefixed_path(controller, place)
    parameters = spec.get("parameters")
    return errors + (
        [] if parameters is None else _parameters(parameters, child(path, "parameters"))
    )


def _parameters(parameters: Object, path: str) -> list[FieldError]:
    errors = _reference(parameters, path)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    place = child(path, "namespace")
    if scope is None:
        return [*errors, required(child(path, "scope"))]
    if scope not in SCOPES:
        return [*errors, not_supported(child(path, "scope"), scope, SCOPES)]
    if scope == "Cluster":
        detail = "`parameters.scope` is set to 'Cluster'"
        return errors if namespace is None else [*errors, forbidden(place, detail)]
    if namespace is None:
        return [*errors, required(place, "`parameters.scope` is set to 'Namespace'")]
    return errors + named(place, namespace, dns1123_label(namespace))


def update_class(new: Object, old: Object) -> list[FieldError]:
    """A changed IngressClass: its controller stays."""
    controller, before = (part(obj, "spec").get("controller", "") for obj in (new, old))
    errors = validate_meta_update(new, old)
    return errors + immutable(controller, before, "spec.controller") + create_class(new)
