"""Helm's post-renderer: leaves out what would call into the cluster's pods, since behind simulated pods nobody answers.

Usage: `python -m sandbox.providers.kubernetes.postrender <report>`; what was left out is appended to the report.
"""

import re
import sys
from pathlib import Path

import yaml

from sandbox.providers.kubernetes.upstream import documents

UNANSWERED = ("APIService", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def kept(manifests: str) -> tuple[str, list[str]]:
    """The manifests that stay, text untouched where possible, and `Kind name` of each that went."""
    stay, gone = [], []
    for text in re.split(r"^---.*$", manifests, flags=re.MULTILINE):
        kind = re.search(r"^kind:\s*[\"']?(\w+)", text, re.MULTILINE)
        if kind and kind[1] in UNANSWERED:
            gone.append(f"{kind[1]} {next(documents(text))['metadata']['name']}")
        elif kind and kind[1] == "CustomResourceDefinition" and re.search(r"^  conversion:", text, re.MULTILINE):
            definition = next(documents(text))
            definition["spec"].pop("conversion")
            stay.append(yaml.dump(definition, Dumper=yaml.CSafeDumper))
        else:
            stay.append(text)
    return "---\n".join(stay), gone


if __name__ == "__main__":
    manifests, left_out = kept(sys.stdin.read())
    with Path(sys.argv[1]).open("a") as report:
        report.writelines(f"{each}\n" for each in left_out)
    sys.stdout.write(manifests)
