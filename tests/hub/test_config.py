from __future__ import annotations

import pytest

from feedback.wire import HubError
from hub import config

WHOLE = """
url = "https://hub.acme.example"

[limits]
reports_per_day = 50

[oidc]
issuer = "https://id.acme.example"
[oidc.roles]
"orangery-triage" = ["triager"]
"""


def test_without_a_file_everything_has_its_default(tmp_path):
    read = config.read(tmp_path)
    assert (read.limits.pushes_per_minute, read.limits.ops_per_day) == (60, 5_000)
    assert (read.seats.notice_days, read.seats.return_days) == (60, 74)
    assert config.provider(read, tmp_path) is None


def test_a_file_says_it_otherwise_and_the_command_line_once_more(tmp_path):
    (tmp_path / config.FILE).write_text(WHOLE)
    read = config.read(tmp_path, ["limits.reports_per_minute=9", 'url="https://x.example"'])
    assert (read.limits.reports_per_day, read.limits.reports_per_minute) == (50, 9)
    assert read.url == "https://x.example"


def test_the_secret_of_the_client_lies_in_a_file_of_its_own(tmp_path):
    (tmp_path / config.FILE).write_text(WHOLE)
    (tmp_path / "oidc.secret").write_text("s3cret\n")
    provider = config.provider(config.read(tmp_path), tmp_path)
    assert provider is not None
    assert (provider.client_secret, provider.roles) == (
        "s3cret",
        {"orangery-triage": ("triager",)},
    )


@pytest.mark.parametrize(
    "said",
    [
        "limits.report_per_day=1",
        "limits.reports_per_day=0",
        'limits.reports_per_day="many"',
        "limits.reports_per_day",
        "limits.reports_per_day=",
        "rights.erase_after_days=31",
        "seats.notice_days=80",
        'oidc.roles={x=["king"]}',
        'oidc.issuer="https://id.example"',
        "url.part=1",
    ],
)
def test_what_cannot_be_meant_is_told_at_the_start(tmp_path, said):
    with pytest.raises(HubError, match="settings_bad"):
        config.read(tmp_path, ['url=""', said])


def test_a_damaged_file_is_told_at_the_start(tmp_path):
    (tmp_path / config.FILE).write_text("[limits\n")
    with pytest.raises(HubError, match="settings_bad"):
        config.read(tmp_path)
