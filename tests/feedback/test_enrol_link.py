from __future__ import annotations

import pytest

from feedback import enrol_link
from feedback.enrol_link import EnrolLink
from feedback.wire import HubError

CODE = "66BC707DANRSMCF5Q"
ROOT = "9f" * 32


def test_a_link_reads_back_as_it_was_made():
    link = EnrolLink(hub="https://hub.example.org", root=ROOT, code=CODE)
    assert enrol_link.parse(str(link)) == link
    assert str(link).startswith("orangery:enroll?hub=https://hub.example.org&root=sha256:9f")


def test_a_link_need_not_name_a_root():
    link = EnrolLink(hub="http://127.0.0.1:8460", code=CODE)
    assert enrol_link.parse(f"  {link}\n") == link


def test_a_root_may_stand_without_the_name_of_its_hash():
    said = f"orangery:enroll?hub=https://h.example&root={ROOT.upper()}&code={CODE}"
    assert enrol_link.parse(said).root == ROOT


@pytest.mark.parametrize(
    "text",
    [
        "orangery:maker?name=acme",
        "https://hub.example.org",
        "orangery:enroll?hub=https://h.example",
        f"orangery:enroll?code={CODE}",
        f"orangery:enroll?hub=https://h.example&code={CODE}&colour=red",
        f"orangery:enroll?hub=https://h.example&hub=https://other.example&code={CODE}",
        f"orangery:enroll?hub=https://h.example&root=sha256:beef&code={CODE}",
        f"orangery:enroll?hub=ftp://h.example&code={CODE}",
        f"orangery:enroll?hub=https://anna:pw@h.example&code={CODE}",
        f"orangery:enroll?hub=https://h.example:99999&code={CODE}",
        f"orangery:enroll?hub=https://h.example&code={CODE}#part",
        f"orangery:enroll?hub=https://h.example/{'x' * 3000}&code={CODE}",
        "orangery:enroll?hub",
    ],
)
def test_what_is_not_such_a_link_is_refused(text):
    with pytest.raises(HubError, match="enrol_link_bad"):
        enrol_link.parse(text)


def test_a_mistyped_code_in_a_link_is_told_as_one():
    wrong = ("0" if CODE[0] != "0" else "1") + CODE[1:]
    with pytest.raises(HubError, match="code_mistyped"):
        enrol_link.parse(f"orangery:enroll?hub=https://h.example&code={wrong}")


def test_whoever_types_a_link_with_a_fault_meant_a_link():
    assert enrol_link.is_link(" Orangery:enroll?hub=x")
    assert not enrol_link.is_link("https://hub.example.org")
