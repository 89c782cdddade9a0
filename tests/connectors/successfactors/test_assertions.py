"""The signed assertion, verified as a tenant would."""

from __future__ import annotations

import base64
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors.http import SecretFile
from connectors.successfactors.assertions import (
    AssertionFile,
    SignedAssertion,
    assertion_provider,
)
from connectors.successfactors.options import SignedBy, SuccessFactorsOptions
from talentloop.errors import ConfigError
from talentloop.settings import Settings

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
TOKEN_URL = "https://api.example.com/oauth/token"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def provider(settings: Settings, key: rsa.RSAPrivateKey) -> SignedAssertion:
    settings.secrets_dir.mkdir(parents=True, exist_ok=True)
    (settings.secrets_dir / "sf.pem").write_bytes(_pem(key))
    options = SuccessFactorsOptions(
        base_url="https://api.example.com",
        company_id="c",
        client_id="the-api-key",
        assertion_signed_by=SignedBy(key_file="sf.pem", user_id="talentloop"),
    )
    found = assertion_provider(settings, options, TOKEN_URL)
    assert isinstance(found, SignedAssertion)
    return found


def _canonical(element: ET.Element) -> bytes:
    """Canonical form by the standard library: a second opinion on lxml's."""
    out = StringIO()
    ET.canonicalize(ET.tostring(element, encoding="unicode"), out=out)
    return out.getvalue().encode()


def _verify(document: bytes, key: rsa.RSAPrivateKey) -> ET.Element:
    for prefix, uri in (("saml", SAML), ("ds", DS)):
        ET.register_namespace(prefix, uri.strip("{}"))
    assertion = ET.fromstring(document)  # noqa: S314 - our own document
    signature = assertion.find(f"{DS}Signature")
    assert signature is not None
    signed = signature.find(f"{DS}SignedInfo")
    assert signed is not None
    value = base64.b64decode(signature.findtext(f"{DS}SignatureValue", ""))
    key.public_key().verify(value, _canonical(signed), PKCS1v15(), SHA256())
    assertion.remove(signature)
    digest = signed.findtext(f"{DS}Reference/{DS}DigestValue", "")
    if base64.b64decode(digest) != sha256(_canonical(assertion)).digest():
        raise InvalidSignature
    reference = signed.find(f"{DS}Reference")
    assert reference is not None
    assert reference.get("URI") == f"#{assertion.get('ID')}"
    return assertion


def test_the_signature_covers_what_the_assertion_says(
    provider: SignedAssertion, key: rsa.RSAPrivateKey, settings: Settings
) -> None:
    assertion = _verify(base64.b64decode(provider.assertion()), key)
    assert assertion.findtext(f".//{SAML}NameID") == "talentloop"
    assert assertion.findtext(f".//{SAML}Audience") == "www.successfactors.com"
    assert assertion.findtext(f".//{SAML}AttributeValue") == "the-api-key"
    bearer = assertion.find(f".//{SAML}SubjectConfirmationData")
    conditions = assertion.find(f"{SAML}Conditions")
    assert bearer is not None
    assert conditions is not None
    assert bearer.get("Recipient") == TOKEN_URL
    until = settings.clock.now() + timedelta(minutes=10)
    assert bearer.get("NotOnOrAfter") == until.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert conditions.get("NotOnOrAfter") == bearer.get("NotOnOrAfter")


@pytest.mark.parametrize("target", [b"talentloop</saml:NameID>", b"2026-11-02T00:10:00Z"])
def test_any_change_breaks_the_signature(
    provider: SignedAssertion, key: rsa.RSAPrivateKey, target: bytes
) -> None:
    document = base64.b64decode(provider.assertion())
    assert target in document
    with pytest.raises(InvalidSignature):
        _verify(document.replace(target, b"x" + target[1:]), key)


def test_every_assertion_is_new(provider: SignedAssertion) -> None:
    assert provider.assertion() != provider.assertion()


@pytest.mark.parametrize("content", [b"not a key", _pem(ec.generate_private_key(ec.SECP256R1()))])
def test_a_key_that_cannot_sign_is_named_but_not_shown(
    provider: SignedAssertion, content: bytes
) -> None:
    provider.key.path.write_bytes(content)
    with pytest.raises(ConfigError, match="RSA key in PEM form") as caught:
        provider.assertion()
    assert "sf.pem" in str(caught.value)
    assert content.decode()[:9] not in str(caught.value)


def test_a_ready_assertion_comes_from_its_file(settings: Settings) -> None:
    settings.secrets_dir.mkdir(parents=True, exist_ok=True)
    (settings.secrets_dir / "a.txt").write_text("PHNhbWw+\n")
    assert AssertionFile(SecretFile.named(settings, "a.txt", "x")).assertion() == "PHNhbWw+"
