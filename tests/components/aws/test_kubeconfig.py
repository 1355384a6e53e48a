"""A kubeconfig that is the same for everybody and gives nothing away."""

import json

import pytest

from components.aws.kubeconfig import kubeconfig


@pytest.mark.req("PLT-07")
def test_the_kubeconfig_asks_aws_for_a_token_and_carries_none():
    config = json.loads(kubeconfig("dev-platform", "https://api.example.com", "Q0E=", "us-gov-west-1"))
    assert config["clusters"] == [
        {
            "name": "dev-platform",
            "cluster": {"server": "https://api.example.com", "certificate-authority-data": "Q0E="},
        }
    ]
    assert config["users"] == [
        {
            "name": "dev-platform",
            "user": {
                "exec": {
                    "apiVersion": "client.authentication.k8s.io/v1beta1",
                    "command": "aws",
                    "args": [
                        *("--region", "us-gov-west-1", "eks", "get-token"),
                        *("--cluster-name", "dev-platform", "--output", "json"),
                    ],
                    "interactiveMode": "Never",
                }
            },
        }
    ]
    assert config["contexts"] == [
        {"name": "dev-platform", "context": {"cluster": "dev-platform", "user": "dev-platform"}}
    ]
    assert config["current-context"] == "dev-platform"


def test_equal_clusters_have_equal_kubeconfigs():
    known = ("dev-platform", "https://api.example.com", "Q0E=", "us-east-1")
    assert kubeconfig(*known) == kubeconfig(*known)
