"""What stands behind an EKS cluster of the local AWS: a real control plane in the laptop's home."""

from sandbox.cluster import nodes, preinstalled
from sandbox.cluster.control_plane import ControlPlane
from sandbox.home import Home


def plane(home: Home, account: str, region: str, cluster: str) -> ControlPlane:
    """The control plane of one EKS cluster; account and region keep equal names apart."""
    return ControlPlane(home, f"{account}-{region}-{cluster}")


def behind_arn(home: Home, arn: str) -> ControlPlane:
    """The control plane of the cluster with this ARN."""
    _, _, _, region, account, resource = arn.split(":")
    return plane(home, account, region, resource.partition("/")[2])


class LaptopControlPlanes:
    """Answers the EKS extension; see sandbox.cloud.eks.ControlPlanes."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def start(self, account: str, region: str, cluster: str) -> tuple[str, str]:
        control = plane(self.home, account, region, cluster)
        control.start()
        preinstalled.install(control.api)
        return control.endpoint, control.ca

    def stop(self, account: str, region: str, cluster: str) -> None:
        plane(self.home, account, region, cluster).destroy()

    def apply_group(self, account: str, region: str, cluster: str, group: nodes.NodeGroup) -> None:
        nodes.apply_group(plane(self.home, account, region, cluster), group)

    def remove_group(self, account: str, region: str, cluster: str, group: str) -> None:
        nodes.remove_group(plane(self.home, account, region, cluster), group)
