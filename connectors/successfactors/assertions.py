"""SAML assertions that are exchanged for an access token: ready in a file, or signed here."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from lxml.builder import ElementMaker

from connectors.http import SecretFile
from connectors.http.address import sandbox_secret
from connectors.successfactors.options import SYSTEM, SignedBy, SuccessFactorsOptions
from talentloop.clock import Clock
from talentloop.errors import ConfigError
from talentloop.settings import Settings

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_saml = ElementMaker(namespace=_SAML, nsmap={"saml": _SAML})
_dsig = ElementMaker(namespace=_DSIG, nsmap={"ds": _DSIG})


class AssertionProvider(Protocol):
    """Brings an assertion each time that a token is asked for."""

    def assertion(self) -> str:
        """The assertion in base64, ready for the token request.

        Raises:
            ConfigError: its file or key cannot be used.
        """
        ...


@dataclass(frozen=True)
class AssertionFile:
    """An assertion that someone else signs and renews."""

    file: SecretFile

    def assertion(self) -> str:
        """The file's content."""
        return self.file.read().decode(errors="replace")


@dataclass(frozen=True)
class SignedAssertion:
    """An assertion made for each token and signed with RSA-SHA256."""

    key: SecretFile
    options: SignedBy
    client_id: str
    token_url: str
    clock: Clock

    def assertion(self) -> str:
        """A fresh assertion about the technical user, good for a few minutes."""
        now = self.clock.now().replace(microsecond=0)
        element = self._unsigned(f"_{secrets.token_hex(16)}", now)
        element.insert(1, _signature(element, self._private_key()))
        return base64.b64encode(etree.tostring(element)).decode()

    def _private_key(self) -> RSAPrivateKey:
        try:
            key = load_pem_private_key(self.key.read(), password=None)
        except (TypeError, ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise ConfigError(
                "The signing key is not an unencrypted RSA key in PEM form",
                where=str(self.key.path),
                remedy="Put the private key of the certificate registered at the tenant there.",
            )
        return key

    def _unsigned(self, assertion_id: str, now: datetime) -> etree._Element:
        since = _iso(now - timedelta(minutes=1))
        until = _iso(now + timedelta(minutes=self.options.lifetime_minutes))
        unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
        bearer = _saml.SubjectConfirmationData(NotOnOrAfter=until, Recipient=self.token_url)
        return _saml.Assertion(
            _saml.Issuer(self.options.issuer),
            _saml.Subject(
                _saml.NameID(self.options.user_id, Format=unspecified),
                _saml.SubjectConfirmation(bearer, Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"),
            ),
            _saml.Conditions(
                _saml.AudienceRestriction(_saml.Audience(self.options.audience)),
                NotBefore=since,
                NotOnOrAfter=until,
            ),
            _saml.AuthnStatement(
                _saml.AuthnContext(
                    _saml.AuthnContextClassRef(
                        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
                    )
                ),
                AuthnInstant=_iso(now),
            ),
            _saml.AttributeStatement(
                _saml.Attribute(_saml.AttributeValue(self.client_id), Name="api_key")
            ),
            ID=assertion_id,
            IssueInstant=_iso(now),
            Version="2.0",
        )


def _signature(element: etree._Element, key: RSAPrivateKey) -> etree._Element:
    """An enveloped XML signature over the element, which does not contain it yet."""
    digest = sha256(_canonical(element)).digest()
    signed = _dsig.SignedInfo(
        _dsig.CanonicalizationMethod(Algorithm=_EXCLUSIVE),
        _dsig.SignatureMethod(Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        _dsig.Reference(
            _dsig.Transforms(
                _dsig.Transform(Algorithm=f"{_DSIG}enveloped-signature"),
                _dsig.Transform(Algorithm=_EXCLUSIVE),
            ),
            _dsig.DigestMethod(Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"),
            _dsig.DigestValue(base64.b64encode(digest).decode()),
            URI=f"#{element.get('ID')}",
        ),
    )
    value = key.sign(_canonical(signed), PKCS1v15(), SHA256())
    return _dsig.Signature(signed, _dsig.SignatureValue(base64.b64encode(value).decode()))


def _canonical(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def assertion_provider(
    settings: Settings, options: SuccessFactorsOptions, token_url: str
) -> AssertionProvider:
    """The provider that a tenant's options ask for."""
    signer = options.assertion_signed_by
    if signer is not None:
        key = SecretFile.named(settings, signer.key_file, "signing key")
        return SignedAssertion(key, signer, options.client_id, token_url, settings.clock)
    name = options.assertion_file or sandbox_secret(SYSTEM)
    return AssertionFile(SecretFile.named(settings, name, "SAML assertion"))
