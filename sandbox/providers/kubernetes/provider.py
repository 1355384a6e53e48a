"""The provider process: hands each resource to what knows its type."""

from importlib import metadata

from sandbox import home
from sandbox.providers.kubernetes import target
from sandbox.providers.kubernetes.objects import Objects
from sandbox.providers.kubernetes.releases import Releases
from sandbox.providers.protocol import Change, Props, Provider, Ref

RELEASE = "kubernetes:helm.sh/v3:Release"


class Kubernetes(Provider):
    """Speaks to the cluster that its kubeconfig names."""

    def __init__(self) -> None:
        super().__init__(metadata.version("pulumi-kubernetes"), identity=("clusterIdentifier",))

    def configure(self, variables: Props) -> None:
        found = target.read(variables, home.current())
        self._objects, self._releases = Objects(found), Releases(found, self)

    def _of(self, ref: Ref) -> Objects | Releases:
        return self._releases if ref.token == RELEASE else self._objects

    def check(self, ref: Ref, news: Props, olds: Props) -> Props:
        return self._of(ref).check(ref, news, olds)

    def diff(self, ref: Ref, olds: Props, news: Props, state: Props) -> Change:
        return self._of(ref).diff(ref, olds, news, state)

    def create(self, ref: Ref, inputs: Props, preview: bool) -> tuple[str, Props]:
        return self._of(ref).create(ref, inputs, preview)

    def read(self, ref: Ref, inputs: Props, state: Props) -> tuple[Props, Props] | None:
        return self._of(ref).read(ref, inputs, state)

    def update(self, ref: Ref, olds: Props, news: Props, state: Props, preview: bool) -> Props:
        return self._of(ref).update(ref, olds, news, state, preview)

    def delete(self, ref: Ref, inputs: Props, state: Props) -> None:
        self._of(ref).delete(ref, inputs, state)
