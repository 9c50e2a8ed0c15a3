"""AWS: Network and Application Load Balancers and the AWS Load Balancer Controller."""
