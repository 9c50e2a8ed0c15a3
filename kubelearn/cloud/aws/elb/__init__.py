"""Elastic Load Balancing: network and application load balancers of an AWS account."""

from kubelearn.cloud.aws.elb.service import LoadBalancers

__all__ = ["LoadBalancers"]
