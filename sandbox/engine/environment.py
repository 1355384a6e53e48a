"""The environment in which the engine, its plugins and people's clients see the laptop cloud and nothing else."""

import os
import secrets
import shutil
import sys
from pathlib import Path

from sandbox import tools
from sandbox.cloud import aws
from sandbox.home import PROJECT, Home, write_whole

# Whatever points at a real account or cluster stays outside.
_FOREIGN = ("AWS_", "PULUMI_", "KUBE", "HELM_", "AZURE_", "ARM_", "GOOGLE_", "ARGOCD_")


def environment(home: Home, stack: str) -> dict[str, str]:
    """The variables for one stack: state, credentials, clusters and tools, all of them below the laptop's home."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
    state = home.engine / "state"
    state.mkdir(exist_ok=True)
    path = [PROJECT / "sandbox" / "bin", Path(sys.executable).parent, tools.ensure(), inherited.get("PATH", "")]
    return inherited | {
        "PATH": os.pathsep.join(str(part) for part in path),
        "LAPTOP_HOME": str(home.root),
        "LAPTOP_JOURNAL": str(home.engine / "journal.jsonl"),
        "PULUMI_HOME": str(_engine_home(home)),
        # No files of attributes beside the state: they are not written whole, so that a kill would tear them.
        "PULUMI_BACKEND_URL": f"{state.as_uri()}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": _passphrase(home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DEBUG_COMMANDS": "true",  # without it no command writes its events to a file
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_CONFIG_FILE": str(home.aws_config),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PROFILE": stack,
        "AWS_ENDPOINT_URL": aws.endpoint(home) or "http://127.0.0.1:9",
        "KUBECONFIG": str(home.kubeconfig),
        **{key: os.environ[key] for key in ("CHARTS_DIR", "UPSTREAM_DIR") if key in os.environ},
    }


def executable(name: str) -> str:
    """A pinned tool's full path."""
    return str(shutil.which(name, path=str(tools.ensure())) or name)


def _engine_home(home: Home) -> Path:
    """Where the engine keeps what is its own: but no log of each command, with all properties, secrets among them.

    Nothing turns that log off, but a file that stands where its folder would be.
    """
    path = home.engine / "home"
    path.mkdir(exist_ok=True)
    if (path / "logs").is_dir():
        shutil.rmtree(path / "logs")
    (path / "logs").touch()
    return path


def _passphrase(home: Home) -> str:
    """A throw-away passphrase of this laptop cloud; real stacks use a KMS key."""
    path = home.engine / "passphrase"
    if not path.exists():
        write_whole(path, secrets.token_urlsafe(32))
    return path.read_text()
