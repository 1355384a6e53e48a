"""What the laptop cloud adds to moto, and what it still cannot tell."""

from functools import cache

from moto.core import responses
from moto.eks import urls
from moto.eks.responses import EKSResponse

from sandbox.cloud import (
    access_analyzer,
    account,
    backup,
    backup_jobs,
    certificates,
    dynamodb,
    ec2,
    eks,
    eks_access,
    eks_addons,
    eks_nodes,
    eks_parts,
    elasticache,
    functions,
    guardrails,
    kms_regions,
    msk,
    rds,
    rds_global,
    route53_alarms,
    s3,
    scheduler,
    secretsmanager,
    sns,
)

GAPS: dict[str, str] = {
    **access_analyzer.GAPS,
    **account.GAPS,
    **backup.GAPS,
    **certificates.GAPS,
    **ec2.GAPS,
    **eks.GAPS,
    **eks_nodes.GAPS,
    **eks_addons.GAPS,
    **eks_access.GAPS,
    **elasticache.GAPS,
    **functions.GAPS,
    **guardrails.GAPS,
    **msk.GAPS,
    **rds.GAPS,
    **rds_global.GAPS,
    **route53_alarms.GAPS,
    **s3.GAPS,
    **scheduler.GAPS,
    **sns.GAPS,
}
"""What -> how far it goes; `make status` and the README print it."""

_method_names = cache(responses.method_names_from_class)


def install() -> None:
    """Add every extension to moto, in this process; before moto serves or mocks. Doing it twice changes nothing."""
    responses.method_names_from_class = _method_names  # asked anew for each request, a fifth of its time
    access_analyzer.install()
    account.install()
    backup.install()
    backup_jobs.install()
    certificates.install()
    dynamodb.install()
    ec2.install()
    elasticache.install()
    functions.install()
    guardrails.install()
    kms_regions.install()
    msk.install()
    rds.install()
    rds_global.install()
    route53_alarms.install()
    s3.install()
    scheduler.install()
    secretsmanager.install()
    for module in (eks, eks_nodes, eks_parts, eks_addons, eks_access):
        for name, do in module.ACTIONS.items():
            setattr(EKSResponse, name, eks.action(do))
    for path in ("/clusters/(?P<rest>.+)$", "/addons/supported-versions$"):
        urls.url_paths["{0}" + path] = urls.response.dispatch
