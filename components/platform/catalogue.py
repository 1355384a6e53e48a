"""Every chart the platform installs, each pinned once; the entries are what Renovate reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HelmChart:
    """A chart at one version of one repository; its name is also the release's name."""

    name: str
    repository: str
    version: str


ARGO_CD = HelmChart("argo-cd", "https://argoproj.github.io/argo-helm", "10.1.1")
ISTIO_BASE = HelmChart("base", "https://istio-release.storage.googleapis.com/charts", "1.30.3")
ISTIO_CNI = HelmChart("cni", "https://istio-release.storage.googleapis.com/charts", "1.30.3")
ISTIOD = HelmChart("istiod", "https://istio-release.storage.googleapis.com/charts", "1.30.3")
ISTIO_GATEWAY = HelmChart("gateway", "https://istio-release.storage.googleapis.com/charts", "1.30.3")
FALCO = HelmChart("falco", "https://falcosecurity.github.io/charts", "9.1.0")
METRICS_SERVER = HelmChart("metrics-server", "https://kubernetes-sigs.github.io/metrics-server/", "3.13.1")
CERT_MANAGER = HelmChart("cert-manager", "https://charts.jetstack.io", "v1.21.1")
AWS_LOAD_BALANCER_CONTROLLER = HelmChart("aws-load-balancer-controller", "https://aws.github.io/eks-charts", "3.5.0")
CLUSTER_AUTOSCALER = HelmChart("cluster-autoscaler", "https://kubernetes.github.io/autoscaler", "9.59.0")
VELERO = HelmChart("velero", "https://vmware-tanzu.github.io/helm-charts", "12.1.0")

VELERO_AWS_PLUGIN = "docker.io/velero/velero-plugin-for-aws:v1.14.1"  # of the chart's Velero 1.18
