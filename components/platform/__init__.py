"""What any Kubernetes cluster gets before the first workload, one add-on a file."""
