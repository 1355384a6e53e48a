"""What is left out of calls to the AWS in this process changes nothing that is said."""

import boto3
import pytest
import xmltodict

from tests import local_aws, quick_aws

assert local_aws  # it installs what is looked at here
DOCUMENT = {
    "Answer": {
        "@xmlns": 'https://example.com/?a=1&b="2"',
        "names": {"member": ["one", "<two> & more", "", None, 4, 0.5, True, False, b"bytes"]},
        "tuple": ("a", "b"),
        "nothing": [],
        "empty": {},
        "none": None,
        "text": {"@kind": "note", "#text": "three & four"},
        "inner": [{"key": "a", "value": {"deep": " kept "}}, {"key": "b"}],
    }
}


@pytest.mark.parametrize("full_document", [True, False])
def test_documents_say_what_the_library_writes(full_document: bool) -> None:
    ours = quick_aws._document(DOCUMENT, full_document=full_document, short_empty_elements=True)
    theirs = quick_aws._write_aloud(DOCUMENT, full_document=full_document)
    assert xmltodict.parse(ours, strip_whitespace=False) == xmltodict.parse(theirs, strip_whitespace=False)
    assert ours == theirs


def test_a_document_for_people_is_the_librarys() -> None:
    assert quick_aws._document(DOCUMENT, pretty=True) == quick_aws._write_aloud(DOCUMENT, pretty=True)


def test_sessions_do_not_lengthen_the_search_for_models() -> None:
    before = [*boto3.Session()._loader.search_paths]
    assert boto3.Session()._loader.search_paths == before
    assert len(before) == len({*before})
