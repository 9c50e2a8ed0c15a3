"""The AWS Load Balancer Controller: Services become NLBs, Ingresses become ALBs.

Source: kubernetes-sigs/aws-load-balancer-controller 3.5, `pkg/service`, `pkg/ingress`.
"""
