"""What the applications are called, in Kubernetes, in IAM and in a failover's row."""

SERVICE = "payment-service"
FAILOVER = f"{SERVICE}-failover"
