import zipfile
from pathlib import Path

import pytest

from assurance.judges.schema import PACKAGE, Argument, Wheel

MODULE = """
class ThingConfig(
    _cdktf_9a9027ec.TerraformMetaArguments,
):
    def __init__(
        self,
        *,
        provisioners: typing.Optional[builtins.str] = None,
        name: builtins.str,
        key_arns: typing.Optional[typing.Sequence[builtins.str]] = None,
        rule: typing.Union[_cdktf_9a9027ec.IResolvable, typing.Sequence[typing.Union["ThingRule", typing.Dict[builtins.str, typing.Any]]]],
        labels: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
        id_: typing.Optional[builtins.str] = None,
    ) -> None:
        \'\'\'
        :param provisioners:
        :param name: Docs: {@link https://example.com/docs/resources/thing#name Thing#name}.
        :param key_arns: Docs: {@link https://example.com/docs/resources/thing#key_arns Thing#key_arns}.
        :param rule: rule block. Docs: {@link https://example.com/docs/resources/thing#rule Thing#rule}
        :param labels: Docs: {@link https://example.com/docs/resources/thing#labels Thing#labels}.
        :param id_: Docs: {@link https://example.com/docs/resources/thing#id Thing#id}. Careful.
        \'\'\'

class ThingRule:
    def __init__(self, *, to: typing.Optional[builtins.str] = None) -> None:
        \'\'\'
        :param to: Docs: {@link https://example.com/docs/resources/thing#to Thing#to}.
        \'\'\'

class ThingRuleList(
    _cdktf_9a9027ec.ComplexList,
):
    def __init__(self, resource: int) -> None:
        \'\'\'\'\'\'
"""  # noqa: E501 as long as it is generated


@pytest.fixture
def wheel(tmp_path: Path) -> Wheel:
    with zipfile.ZipFile(tmp_path / "it.whl", "w") as file:
        file.writestr(f"{PACKAGE}/big_thing/__init__.py", MODULE)
        file.writestr(f"{PACKAGE}/data_aws_thing/__init__.py", "")
    return Wheel(tmp_path / "it.whl")


def test_types_are_the_modules_of_the_wheel_without_what_is_only_read(wheel: Wheel):
    assert (wheel.type("bigthing"), wheel.type("dataawsthing"), wheel.type("thing")) == ("aws_big_thing", None, None)


def test_arguments_are_those_that_terraform_documents_under_its_names(wheel: Wheel):
    assert wheel.arguments("aws_big_thing") == {
        "name": Argument(name="name"),
        "keyarns": Argument(name="key_arns", listed=True),
        "rule": Argument(name="rule", block="ThingRule", listed=True),
        "labels": Argument(name="labels"),
        "id": Argument(name="id"),
    }


def test_a_block_has_arguments_of_its_own(wheel: Wheel):
    assert wheel.arguments("aws_big_thing", "ThingRule") == {"to": Argument(name="to")}
