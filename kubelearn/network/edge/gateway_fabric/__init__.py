"""NGINX Gateway Fabric: Gateways and HTTPRoutes of class nginx configure an nginx per Gateway.

Source: nginx/nginx-gateway-fabric 2.2 `internal/controller`.
"""
