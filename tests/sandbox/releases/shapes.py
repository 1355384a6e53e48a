"""The release that these tests install, and how to look at it."""

from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.protocol import Props, Provider
from tests.sandbox.shapes import ref

SPACE = "releases"
RELEASE = ref("kubernetes:helm.sh/v3:Release", id_=f"{SPACE}/demo")
INPUTS: Props = {
    "name": "demo",
    "namespace": SPACE,
    "chart": "demo",
    "version": "1.0.0",
    "repositoryOpts": {"repo": "https://127.0.0.1:9/charts"},
    "createNamespace": True,
    "timeout": 60,
    "values": {"tag": "2"},
}


class Listening(Provider):
    """Keeps what the user would be told."""

    def __init__(self) -> None:
        super().__init__()
        self.warnings: list[str] = []

    def warn(self, text: str, urn: str = "") -> None:
        self.warnings.append(text)


def image(plane: ControlPlane) -> str | None:
    live = plane.api.get("apps/v1", "Deployment", "demo", SPACE)
    return live["spec"]["template"]["spec"]["containers"][0]["image"] if live else None
