"""The signature of a token request against vectors worked out with openssl."""

from __future__ import annotations

import pytest

from connectors.yonyou.signing import signature, signed

#: printf %s TEXT | openssl dgst -sha256 -hmac SECRET -binary | base64
VECTORS = [
    (
        "2d2b2dd0e6b74a6da5a4b5c2c9b07a5e",
        {"appKey": "41832a3d2df94989b500da6a22268747", "timestamp": "1568098531823"},
        "FGqLlQc85nevCfiUoVTOkOG8z/fTNKnvMb7aQApMjO0=",
    ),
    ("s", {"timestamp": "0", "appKey": "k"}, "vK+95PHnUzOIAYNensVbFvpoha4ekfSBAGoxTxJpNjQ="),
    ("密钥", {"b": "2+/=", "a": "1 甲"}, "QuqSCh79lEtMisz2zzNwlNhJm3C4CT7F9AXIdb0cve4="),
]


@pytest.mark.parametrize(("secret", "parameters", "expected"), VECTORS)
def test_the_signature_is_that_of_openssl_over_keys_and_values_sorted_by_key(
    secret: str, parameters: dict[str, str], expected: str
) -> None:
    assert signature(secret, parameters) == expected


def test_a_token_request_carries_the_raw_signature_so_that_it_is_encoded_only_once() -> None:
    secret, parameters, expected = VECTORS[0]
    query = signed(parameters["appKey"], secret, int(parameters["timestamp"]))
    assert query == {**parameters, "signature": expected}
