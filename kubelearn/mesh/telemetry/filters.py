"""What a proxy's configuration says of its log and its tracer, in Envoy's JSON.

Source: istio `pilot/pkg/model/telemetry_logging.go` (EnvoyTextLogFormat),
`pilot/pkg/networking/core/tracing.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.mesh.istio.routes import cluster_name
from kubelearn.mesh.push import Push
from kubelearn.mesh.telemetry.settings import STDOUT, Tracing, watching

Json = dict[str, Any]
TYPES = "type.googleapis.com/envoy"
FORMAT = (
    '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" '
    "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "
    '"%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% '
    '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" '
    '"%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% '
    "%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% "
    "%REQUESTED_SERVER_NAME% %ROUTE_NAME%\n"
)


def observed(push: Push, pod: Object, side: int) -> Json:
    """The fields `access_log` and `tracing` of an HTTP connection manager, if it has them."""
    metadata = pod["metadata"]
    labels: Mapping[str, str] = metadata.get("labels") or {}
    said = watching(push, metadata["namespace"], labels)
    lines = [_log(expression) for expression in said.logs[side]]
    made: Json = {"access_log": lines} if lines else {}
    tracing = said.tracing[side]
    if tracing is None:
        return made
    name = f"{labels.get('service.istio.io/canonical-name', metadata['name'])}"
    return {**made, "tracing": _tracing(tracing, f"{name}.{metadata['namespace']}")}


def _log(expression: str) -> Json:
    made = _filtered(expression) if expression else {}
    return {
        **made,
        "name": "envoy.access_loggers.file",
        "typed_config": {
            "@type": f"{TYPES}.extensions.access_loggers.file.v3.FileAccessLog",
            "path": STDOUT,
            "log_format": {"text_format_source": {"inline_string": FORMAT}},
        },
    }


def _filtered(expression: str) -> Json:
    """Only requests for which an expression is true are logged."""
    config = {
        "@type": f"{TYPES}.extensions.access_loggers.filters.cel.v3.ExpressionFilter",
        "expression": expression,
    }
    name = "envoy.access_loggers.extension_filters.cel"
    return {"filter": {"extension_filter": {"name": name, "typed_config": config}}}


def _tracing(said: Tracing, name: str) -> Json:
    return {
        "client_sampling": {"value": 100.0},
        "random_sampling": {"value": said.percent},
        "overall_sampling": {"value": 100.0},
        "provider": PROVIDERS[said.tracer](said, name),
    }


def _opentelemetry(said: Tracing, name: str) -> Json:
    grpc = {"cluster_name": cluster_name(said.port, "", said.service), "authority": said.service}
    return {
        "name": "envoy.tracers.opentelemetry",
        "typed_config": {
            "@type": f"{TYPES}.config.trace.v3.OpenTelemetryConfig",
            "grpc_service": {"envoy_grpc": grpc},
            "service_name": name,
        },
    }


def _zipkin(said: Tracing, _: str) -> Json:
    return {
        "name": "envoy.tracers.zipkin",
        "typed_config": {
            "@type": f"{TYPES}.config.trace.v3.ZipkinConfig",
            "collector_cluster": cluster_name(said.port, "", said.service),
            "collector_endpoint": "/api/v2/spans",
            "collector_endpoint_version": "HTTP_JSON",
            "collector_hostname": said.service,
            "trace_id_128bit": True,
            "shared_span_context": False,
        },
    }


PROVIDERS = {"opentelemetry": _opentelemetry, "zipkin": _zipkin}
"""By the kind of the provider."""
