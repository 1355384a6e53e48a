"""Lambda: functions whose code is an archive of texts, and who may invoke them."""

import io
import json
import zipfile
from typing import Any

from sandbox.providers.aws.kind import Cloud, one
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props, ProviderError

_THEN = (1980, 1, 1, 0, 0, 0)  # equal texts make equal archives


def zipped(archive: Any) -> bytes:
    """The engine's archive of string assets as a zip file."""
    texts = archive.get("assets") if isinstance(archive, dict) else None
    if not texts or any("text" not in asset for asset in texts.values()):
        raise ProviderError("code: only an archive of string assets is implemented; use AssetArchive of StringAsset")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as into:
        for name, asset in sorted(texts.items()):
            into.writestr(zipfile.ZipInfo(name, _THEN), asset["text"])
    return out.getvalue()


def _create(cloud: Cloud, props: Props) -> str:
    direct = ("description", "handler", "runtime", "role", "timeout", "memorySize")
    asked = {key[:1].upper() + key[1:]: props[key] for key in direct if props.get(key) is not None}
    if variables := one(props, "environment").get("variables"):
        asked["Environment"] = {"Variables": variables}
    code = {"ZipFile": zipped(props["code"])}
    cloud("lambda").create_function(FunctionName=props["name"], Code=code, Tags=props.get("tagsAll") or {}, **asked)
    return str(props["name"])


def _load(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("lambda").update_function_code(FunctionName=id_, ZipFile=zipped(props["code"]))


def _permission(cloud: Cloud, id_: str, props: Props) -> Props | None:
    imported, _, id_ = id_.rpartition("/")
    function = props.get("function") or imported
    said = json.loads(cloud("lambda").get_policy(FunctionName=function)["Policy"])
    found: Props | None = next((each for each in said["Statement"] if each["Sid"] == id_), None)
    if found is None:
        return None
    account = found.get("Condition", {}).get("StringEquals", {}).get("AWS:SourceAccount")
    return {
        "statementId": id_,
        "function": function,
        "action": found["Action"],
        "principal": found["Principal"].get("Service") or found["Principal"].get("AWS"),
        **({"sourceAccount": account} if account else {}),
    }


def _allow(cloud: Cloud, props: Props) -> str:
    given = {"SourceAccount": props["sourceAccount"]} if props.get("sourceAccount") else {}
    cloud("lambda").add_permission(
        FunctionName=props["function"],
        StatementId=props["statementId"],
        Action=props["action"],
        Principal=props["principal"],
        **given,
    )
    return str(props["statementId"])


ROWS = [
    Row(
        type="aws:lambda/function:Function",
        service="lambda",
        create=_create,
        read=Call("get_function_configuration"),
        delete="delete_function",
        update={
            "description handler runtime role timeout memorySize environment": "update_function_configuration",
            "code": _load,
        },
        id="{name}",
        names={"name": "FunctionName"},
        found={"arn": "functionArn"},
        outputs="codeSha256 version",
        arn="{arn}",
        tags="tag_resource untag_resource list_tags",
        write_only="code",
        defaults={"description": "", "timeout": 3, "memorySize": 128},
        name="name",
    ),
    Row(
        type="aws:lambda/permission:Permission",
        service="lambda",
        create=_allow,
        read=_permission,
        delete=lambda cloud, id_, props: cloud("lambda").remove_permission(
            FunctionName=props["function"], StatementId=id_
        ),
        replace="function action principal sourceAccount",
        name="statementId",
    ),
]
