"""How a proxy secures its connections: mTLS with certificates that istiod's agent hands it (SDS).

Source: istio `pilot/pkg/networking/core/cluster_tls.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
TRUST_DOMAIN = "cluster.local"
TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3"
RAW = "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer"
SDS: Json = {
    "api_config_source": {
        "api_type": "GRPC",
        "grpc_services": [{"envoy_grpc": {"cluster_name": "sds-grpc"}}],
        "set_node_on_first_message_only": True,
        "transport_api_version": "V3",
    },
    "initial_fetch_timeout": "0s",
    "resource_api_version": "V3",
}
OWN: Json = {"name": "default", "sds_config": SDS}
ROOT: Json = {"name": "ROOTCA", "sds_config": SDS}


def identity(namespace: str, account: str) -> str:
    """The SPIFFE name of a service account: what a certificate says of its holder."""
    return f"spiffe://{TRUST_DOMAIN}/ns/{namespace}/sa/{account}"


def principal(namespace: str, account: str) -> str:
    """An identity as authorization policies write it."""
    return identity(namespace, account).removeprefix("spiffe://")


def sds_cluster() -> Json:
    """The cluster behind which the agent beside a proxy hands out certificates."""
    pipe = {"path": "./var/run/secrets/workload-spiffe-uds/socket"}
    options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    return {
        "name": "sds-grpc",
        "type": "STATIC",
        "connect_timeout": "1s",
        "typed_extension_protocol_options": {
            options: {
                "@type": f"type.googleapis.com/{options}",
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
        "load_assignment": {
            "cluster_name": "sds-grpc",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"pipe": pipe}}}]}],
        },
    }


def transport(mode: str, name: str, tls: Mapping[str, Any]) -> Json:
    """The transport socket of a cluster: by the mode of its policy, or by what the host can do."""
    host = name.rpartition("|")[2]
    if mode == "DISABLE":
        return {}
    if mode in ("SIMPLE", "MUTUAL"):
        return {"transport_socket": _socket({"sni": tls.get("sni") or host,
                                             "common_tls_context": {}})}  # fmt: skip
    context = {
        "common_tls_context": {
            "alpn_protocols": ["istio-peer-exchange", "istio"],
            "tls_certificate_sds_secret_configs": [OWN],
            "combined_validation_context": {
                "default_validation_context": {},
                "validation_context_sds_secret_config": ROOT,
            },
        },
        "sni": name.replace("|", "_."),
    }
    if mode == "ISTIO_MUTUAL":
        return {"transport_socket": _socket(context)}
    return {
        "transport_socket_matches": [
            {"name": "tlsMode-istio", "match": {"tlsMode": "istio"},
             "transport_socket": _socket(context)},
            {"name": "tlsMode-disabled", "match": {},
             "transport_socket": {"name": "envoy.transport_sockets.raw_buffer",
                                  "typed_config": {"@type": RAW}}},
        ]
    }  # fmt: skip


def _socket(context: Json) -> Json:
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {"@type": f"{TLS}.UpstreamTlsContext", **context},
    }


def server_socket() -> Json:
    """The transport socket of a server that demands the mesh's certificates."""
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": f"{TLS}.DownstreamTlsContext",
            "require_client_certificate": True,
            "common_tls_context": {
                "alpn_protocols": ["istio-peer-exchange", "h2", "http/1.1"],
                "tls_certificate_sds_secret_configs": [OWN],
                "combined_validation_context": {
                    "default_validation_context": {
                        "match_typed_subject_alt_names": [
                            {"san_type": "URI",
                             "matcher": {"prefix": f"spiffe://{TRUST_DOMAIN}/"}}
                        ]
                    },
                    "validation_context_sds_secret_config": ROOT,
                },
            },
        },
    }  # fmt: skip
