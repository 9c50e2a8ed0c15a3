"""ingress-nginx: Ingresses of class nginx configure the controller's nginx.

Source: kubernetes/ingress-nginx controller-v1.13.2.
"""
