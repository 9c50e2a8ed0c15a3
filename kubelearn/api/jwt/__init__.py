"""Signed tokens (JWT): how they are made, read and checked, as Envoy's filter jwt_authn does."""
