"""What Argo CD syncs: one source for each application, no secrets, and nothing that Pulumi owns."""

import re

import jsonschema
import pytest
import yaml

from components.platform.argocd_policies import DELIVERY_KINDS, WORKLOAD_KINDS
from components.platform.delivery import DeliveryArgs, Workload, bridge_annotations, sync_policy
from tests.components.platform import upstream
from tests.gitops.rendered import CHART, DEV, GITOPS, one, overlay

APPLICATION_SETS = sorted((GITOPS / "apps").glob("*.yaml"))
PAYMENT = yaml.safe_load((GITOPS / "apps" / "payment-service.yaml").read_text())
IMMUTABLE = re.compile(r"^\S+(:v?\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})$")


@pytest.mark.req("PAY-04")
def test_the_chart_has_the_name_and_versions_of_its_source():
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert {key: chart[key] for key in ("name", "version", "appVersion", "type")} == {
        "name": "payment-service",
        "version": "1.2.0",
        "appVersion": "2.5.0",
        "type": "application",
    }


def test_the_charts_own_values_satisfy_its_schema_and_leave_nothing_open():
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    jsonschema.Draft7Validator(schema).validate(values)
    assert set(values) | {"global"} == set(schema["properties"])
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("path", APPLICATION_SETS, ids=lambda path: path.stem)
def test_every_application_set_satisfies_its_definition(path):
    assert upstream.complaints(yaml.safe_load(path.read_text())) == []


@pytest.mark.req("GIT-15")
def test_the_root_folder_holds_only_what_the_root_project_allows():
    kinds = {yaml.safe_load(path.read_text())["kind"] for path in APPLICATION_SETS}
    assert kinds <= set(DELIVERY_KINDS["argoproj.io"])


@pytest.mark.req("GIT-15")
@pytest.mark.parametrize("path", APPLICATION_SETS, ids=lambda path: path.stem)
def test_a_bridge_that_is_out_of_sight_takes_no_application_along(path):
    assert yaml.safe_load(path.read_text())["spec"]["syncPolicy"] == {"applicationsSync": "create-update"}


@pytest.mark.req("GIT-09")
def test_the_application_is_named_labelled_and_placed_by_its_environment():
    template = PAYMENT["spec"]["template"]
    environment = "{{ .metadata.annotations.environment }}"
    assert template["metadata"]["name"] == f"{environment}-payment-service"
    assert template["metadata"]["labels"] == {"environment": environment, "service": "payment-service"}
    assert template["spec"]["project"] == environment
    assert template["spec"]["destination"] == {
        "server": "{{ .server }}",
        "namespace": "{{ .metadata.annotations.payment_namespace }}",
    }
    assert template["spec"]["source"]["path"] == "gitops/overlays/{{ .metadata.annotations.payment_overlay }}"
    assert template["spec"]["source"]["kustomize"]["images"] == [
        "payment-service={{ .metadata.annotations.registry }}/payment-service"
    ]
    assert template["spec"]["ignoreDifferences"] == [
        {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}
    ]


@pytest.mark.req("GIT-08", "GIT-09", "C-35")
def test_the_application_syncs_as_the_root_does_and_leaves_replicas_alone():
    found, wanted = PAYMENT["spec"]["template"]["spec"]["syncPolicy"], sync_policy("manual")
    assert found == {**wanted, "syncOptions": [*wanted["syncOptions"], "RespectIgnoreDifferences=true"]}


@pytest.mark.req("GIT-10", "GIT-13", "C-08")
def test_the_application_is_automated_only_where_the_bridge_says_so():
    patch = PAYMENT["spec"]["templatePatch"]
    block = patch[patch.index("{{- if eq .metadata.annotations.sync_mode") :]
    assert block.startswith('{{- if eq .metadata.annotations.sync_mode "automated" }}')
    automated = yaml.safe_load("\n".join(block.splitlines()[1:-1]))
    assert automated == {"syncPolicy": {"automated": sync_policy("automated")["automated"]}}


STORES = {
    "store_cidrs": "10.0.0.0/24",
    **{f"database_{what}": what for what in ("host", "read_host", "name", "user")},
    **{f"cache_{what}": what for what in ("host", "user")},
    "streaming_brokers": "brokers",
    "standby": "enabled",
}


@pytest.mark.req("GIT-15")
def test_the_application_set_reads_only_what_the_bridge_tells():
    text = (GITOPS / "apps" / "payment-service.yaml").read_text()
    read = set(re.findall(r"\.metadata\.annotations\.(\w+)", text)) | set(re.findall(r'annotations "(\w+)"', text))
    workload = Workload(namespace="n", bridge={"namespace": "n", "overlay": "o", "role_arn": "r", **STORES})
    args = DeliveryArgs(
        environment="dev",
        repository="r",
        revision="main",
        path="gitops/apps",
        workloads={"payment": workload},
        after=[],
        bridge={"registry": "r", "vpc_cidr": "c", "image_mirror": "m"},
    )
    assert read == set(bridge_annotations(args))


@pytest.mark.req("GIT-15", "S-04")
def test_the_failovers_application_set_reads_only_what_its_bridge_tells():
    text = (GITOPS / "apps" / "failover.yaml").read_text()
    read = set(re.findall(r"\.metadata\.annotations\.(\w+)", text)) | set(re.findall(r'annotations "(\w+)"', text))
    bridge = {"namespace": "n", "overlay": "o", "checksum": "c", "role_arn": "r"}
    args = DeliveryArgs(
        environment="dr",
        repository="r",
        revision="main",
        path="gitops/apps",
        workloads={"failover": Workload(namespace="n", bridge=bridge)},
        after=[],
        bridge={"registry": "r"},
    )
    assert read == set(bridge_annotations(args))


@pytest.mark.req("S-04", "BDR-14")
def test_the_least_replicas_are_the_failovers_where_the_service_stands_by_and_gits_everywhere_else():
    patch = PAYMENT["spec"]["templatePatch"]
    head = '{{- if index .metadata.annotations "payment_standby" }}'
    block = yaml.safe_load(patch.partition(head)[2].partition("{{- end }}")[0])
    [always] = PAYMENT["spec"]["template"]["spec"]["ignoreDifferences"]
    least = {"group": "autoscaling", "kind": "HorizontalPodAutoscaler", "jsonPointers": ["/spec/minReplicas"]}
    assert block == {"ignoreDifferences": [always, least]}


@pytest.mark.req("C-07")
def test_every_public_image_of_a_chart_is_taken_from_the_mirror_where_the_bridge_names_one():
    stores = [
        yaml.safe_load((GITOPS / "charts" / name / "values.yaml").read_text()) for name in ("postgresql", "redis")
    ]
    public = {store["image"]["repository"] for store in stores}
    block = PAYMENT["spec"]["templatePatch"].partition('annotations "image_mirror" }}')[2].partition("{{- end }}")[0]
    images = dict(line.strip().removeprefix("- ").split("=") for line in block.strip().splitlines()[1:])
    assert {image for image in images if "/" in image} == public
    assert all(images[image] == f"{{{{ . }}}}/{image}" for image in public)
    [own] = PAYMENT["spec"]["template"]["spec"]["source"]["kustomize"]["images"]
    assert own == f"payment-service={images['payment-service'].replace('$.', '.')}"


@pytest.mark.req("GIT-15")
def test_nothing_of_the_cloud_and_no_secret_is_committed():
    texts = {path: path.read_text() for path in GITOPS.rglob("*") if path.is_file()}
    assert len(texts) > 15
    forbidden = re.compile(
        r"arn:aws|(?<!eks\.)amazonaws\.com|\b\d{12}\b|BEGIN [A-Z ]*PRIVATE KEY|(?i:password):\s*[\"']?\w+$", re.M
    )
    assert {str(path): forbidden.findall(text) for path, text in texts.items() if forbidden.search(text)} == {}


@pytest.mark.engine
@pytest.mark.req("GIT-14")
def test_an_overlay_takes_its_deployment_from_the_chart_and_only_changes_values():
    files = {path.name for path in DEV.iterdir()}
    assert files == {"kustomization.yaml", "payment-service.yaml", "postgresql.yaml", "redis.yaml"}
    charts = yaml.safe_load((DEV / "kustomization.yaml").read_text())["helmCharts"]
    assert [chart["name"] for chart in charts] == ["payment-service", "postgresql", "redis"]
    deployment = one(overlay(), "Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert deployment["resources"]["limits"] == {"cpu": "500m", "memory": "512Mi"}
    assert one(overlay(), "ConfigMap")["data"]["LOG_LEVEL"] == "debug"


@pytest.mark.engine
@pytest.mark.req("GIT-11", "GIT-15")
def test_the_overlay_holds_only_kinds_that_the_environments_project_allows():
    kinds = {(each["apiVersion"].rpartition("/")[0], each["kind"]) for each in overlay()}
    assert kinds <= {(group, kind) for group, names in WORKLOAD_KINDS.items() for kind in names}


@pytest.mark.engine
@pytest.mark.req("C-22")
def test_every_image_stays_what_it_is():
    workloads = [each for each in overlay() if each["kind"] in ("Deployment", "StatefulSet")]
    images = [box["image"] for each in workloads for box in each["spec"]["template"]["spec"]["containers"]]
    assert len(images) == 3
    assert [image for image in images if not IMMUTABLE.match(image)] == []


@pytest.mark.engine
@pytest.mark.req("C-34", "ADM-08")
@pytest.mark.parametrize(("kind", "name", "port"), [("StatefulSet", "postgresql", 5432), ("Deployment", "redis", 6379)])
def test_the_stores_of_development_are_hardened_and_open_to_the_service_only(kind, name, port):
    objects = overlay()
    spec = one(objects, kind, name)["spec"]["template"]["spec"]
    [box] = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert box["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert box["securityContext"]["readOnlyRootFilesystem"] is True
    assert one(objects, "NetworkPolicy", name)["spec"]["ingress"] == [
        {
            "from": [{"podSelector": {"matchLabels": {"app": "payment-service"}}}],
            "ports": [{"protocol": "TCP", "port": port}],
        }
    ]
    [rule] = one(objects, "AuthorizationPolicy", name)["spec"]["rules"]
    assert rule["from"] == [{"source": {"serviceAccounts": ["payment-service"]}}]


@pytest.mark.engine
@pytest.mark.req("DATA-02", "C-34")
def test_the_service_opens_the_database_that_developments_own_store_makes():
    told = one(overlay(), "ConfigMap")["data"]
    [box] = one(overlay(), "StatefulSet", "postgresql")["spec"]["template"]["spec"]["containers"]
    made = {each["name"]: each.get("value") for each in box["env"]}
    assert (told["DATABASE_HOST"], told["DATABASE_NAME"]) == ("postgresql", made["POSTGRES_DB"])
    assert told["DATABASE_USER"] == made["POSTGRES_USER"]


@pytest.mark.engine
@pytest.mark.req("GIT-15")
def test_the_stores_passwords_are_made_by_the_cluster_itself():
    secrets = [each for each in overlay() if each["kind"] == "Secret"]
    assert [each["metadata"]["name"] for each in secrets] == ["postgresql-password", "redis-password"]
    assert all(each["type"] == "kubernetes.io/service-account-token" for each in secrets)
    assert not any({"data", "stringData"} & set(each) for each in secrets)


@pytest.mark.engine
def test_every_custom_resource_of_the_overlay_satisfies_its_definition():
    custom = [each for each in overlay() if ".istio.io/" in each["apiVersion"]]
    assert len(custom) == 6
    assert [upstream.complaints(each) for each in custom] == [[]] * 6
