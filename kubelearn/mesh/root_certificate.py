"""The root certificate of istiod's authority, which every proxy of the mesh trusts.

Source: istio `security/pkg/pki/ca/selfsigned.go`, `security/pkg/k8s/controller`, 1.27.
"""

from __future__ import annotations

ROOT_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBITCB1KADAgECAg98KHQP20yZWeolzb8pqWEwBQYDK2VwMCkxFjAUBgNVBAoM
DWNsdXN0ZXIubG9jYWwxDzANBgNVBAMMBmlzdGlvZDAeFw0yNTAxMDEwMDAwMDBa
Fw0zNTEyMzAwMDAwMDBaMCkxFjAUBgNVBAoMDWNsdXN0ZXIubG9jYWwxDzANBgNV
BAMMBmlzdGlvZDAqMAUGAytlcAMhAF0ioudsnzRPW57MLsJTd6zfKDRPO/MnD9UT
NJO6zcZ0oxMwETAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBAKGRaQIuyAFmfn/s
BWu6kT/JnJ/bijzfwjbcrE62/6sFXUbT8LnJHfRA9MR3Bpm9MD7hklVfQ09ImSC7
y5DkrAA=
-----END CERTIFICATE-----
"""
"""PEM; self-signed, the same bytes in each cluster, so that nobody needs cryptography for it."""
