"""Who may do what in Argo CD, how it judges health, and what a project may touch, as plain data."""

from collections.abc import Mapping, Sequence
from typing import Any

# GIT-05, in Argo CD's own notation: role, resource, action, object.
RBAC_POLICY = """\
p, role:admin, applications, *, */*, allow
p, role:admin, clusters, get, *, allow
p, role:developer, applications, get, production/*, allow
p, role:developer, applications, sync, staging/*, allow
g, "platform-team", role:admin
g, "developers", role:developer
"""

# GIT-06. Beside the deadline it reports what keeps pods from being made at all, such as a quota or Pod Security.
DEPLOYMENT_HEALTH = """\
local health = {status = "Progressing", message = "waiting for the rollout to be observed"}
if obj.spec.paused then
  return {status = "Suspended", message = "the rollout is paused"}
end
if obj.status == nil or obj.status.observedGeneration == nil then
  return health
end
if obj.metadata.generation ~= nil and obj.status.observedGeneration < obj.metadata.generation then
  return health
end
for _, condition in ipairs(obj.status.conditions or {}) do
  if condition.type == "Progressing" and condition.reason == "ProgressDeadlineExceeded" then
    return {status = "Degraded", message = condition.message}
  end
  if condition.type == "ReplicaFailure" and condition.status == "True" then
    return {status = "Degraded", message = condition.message}
  end
end
local wanted = obj.spec.replicas or 1
local updated = obj.status.updatedReplicas or 0
local available = obj.status.availableReplicas or 0
if updated < wanted or (obj.status.replicas or 0) > updated or available < updated then
  health.message = available .. " of " .. wanted .. " replicas available, " .. updated .. " updated"
  return health
end
return {status = "Healthy", message = available .. " replicas available"}
"""

WORKLOAD_KINDS: Mapping[str, Sequence[str]] = {
    "": ("ConfigMap", "PersistentVolumeClaim", "Secret", "Service", "ServiceAccount"),
    "apps": ("Deployment", "StatefulSet"),
    "autoscaling": ("HorizontalPodAutoscaler",),
    "batch": ("CronJob", "Job"),
    "monitoring.coreos.com": ("PodMonitor", "PrometheusRule", "ServiceMonitor"),
    "networking.istio.io": ("DestinationRule", "VirtualService"),
    "networking.k8s.io": ("NetworkPolicy",),
    "policy": ("PodDisruptionBudget",),
    "security.istio.io": ("AuthorizationPolicy", "PeerAuthentication"),
}
DELIVERY_KINDS: Mapping[str, Sequence[str]] = {"argoproj.io": ("Application", "ApplicationSet")}
IN_CLUSTER = "https://kubernetes.default.svc"


def app_project(
    name: str, repository: str, namespaces: Sequence[str], kinds: Mapping[str, Sequence[str]], description: str
) -> dict[str, Any]:
    """A project whose applications come from one repository, go to named namespaces and hold named kinds (GIT-11).

    No cluster-wide kind is ever allowed: namespaces, CRDs and webhooks are Pulumi's (GIT-15, C-35).
    """
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {
            "description": description,
            "sourceRepos": [repository],
            "destinations": [{"server": IN_CLUSTER, "namespace": namespace} for namespace in sorted(namespaces)],
            "clusterResourceWhitelist": [],
            "namespaceResourceWhitelist": [
                {"group": group, "kind": kind} for group, names in kinds.items() for kind in names
            ],
            "orphanedResources": {"warn": False},
        },
    }
