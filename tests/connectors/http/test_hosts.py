"""Where a link may lead."""

from __future__ import annotations

import pytest

from connectors.http import AllowedHosts, HttpError

HOSTS = AllowedHosts("https://api.example.com", ["api2.example.com"])


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("odata/v2/X?$top=1", "https://api.example.com/odata/v2/X?$top=1"),
        ("https://api.example.com:443/odata/v2/X", "https://api.example.com/odata/v2/X"),
        ("https://API2.example.com/next", "https://api2.example.com/next"),
    ],
)
def test_links_to_configured_hosts_are_followed(link: str, expected: str) -> None:
    assert str(HOSTS.check(link, "x")) == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/next",
        "//evil.example/next",
        "http://api.example.com/next",
        "https://api.example.com:8443/next",
        "https://api.example.com.evil.example/next",
        "https://user:pw@api.example.com/next",
        "https://evil.example@api.example.com/next",
        "file:///etc/passwd",
        "https://[broken",
    ],
)
def test_links_to_other_hosts_are_refused(link: str) -> None:
    with pytest.raises(HttpError, match=r"configured host") as caught:
        HOSTS.check(link, "the list page 2")
    assert "the list page 2" in str(caught.value)
    assert "allowed_hosts" in caught.value.remedy
