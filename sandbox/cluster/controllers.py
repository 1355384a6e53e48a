"""What a cloud's controllers do for one cluster: a child of its control plane that looks at everything every second.

Usage: `python -m sandbox.cluster.controllers <account>-<region>-<cluster>`.
"""

import logging
import sys
import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.cluster.api import Api, ApiError, Object
from sandbox.cluster.cloud import Cloud
from sandbox.cluster.control_plane import ControlPlane
from sandbox.cluster.load_balancers import balance
from sandbox.cluster.volumes import provision, reclaim
from sandbox.home import Home, current

PERIOD_SECONDS = 1
Controller = Callable[[Api, Cloud, Object], None]
CONTROLLERS: dict[str, Controller] = {
    "Service": balance,
    "PersistentVolumeClaim": provision,
    "PersistentVolume": reclaim,
}
log = logging.getLogger("controllers")


def once(api: Api, cloud: Cloud) -> list[str]:
    """Bring every object as far as it goes; returns what failed, which the next round tries again."""
    failed = []
    for kind, controller in CONTROLLERS.items():
        try:
            for obj in api.list("v1", kind):
                try:
                    controller(api, cloud, obj)
                except (ApiError, BotoCoreError, ClientError) as error:
                    failed.append(f"{kind} {obj['metadata']['name']}: {error}")
        except ApiError as error:
            failed.append(f"{kind}: {error}")
    return failed


def run(home: Home, plane: ControlPlane) -> None:
    """Go on for ever; a failure is told once, until another takes its place."""
    told, cloud = [], Cloud(home, plane.name)
    while True:
        if cloud.endpoint != home.address.read_text().strip():  # the local AWS came back somewhere else
            cloud = Cloud(home, plane.name)
        failed = once(plane.api, cloud)
        if failed != told:
            log.warning("%s", "; ".join(failed) or "all is well again")
        told = failed
        time.sleep(PERIOD_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    run(current(), ControlPlane(current(), sys.argv[1]))
