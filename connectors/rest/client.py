"""Where a REST system is, and how it is asked."""

from __future__ import annotations

from pathlib import Path

from connectors.http.address import address_of
from connectors.options import open_client, open_login
from connectors.rest.auth import authorizer
from connectors.rest.options import RestOptions
from connectors.spec import ConnectorSpec, load_spec
from talentloop.closing import Closing
from talentloop.settings import Settings

_FOLDER = Path(__file__).resolve().parent


class RestClient(Closing):
    """The connections of one REST system; dlt does the paging over them.

    Args:
        settings: where secrets, tokens and limits lie.
        name: the configured source; names it in messages and keys its rate limit.
        options: the system.

    Attributes:
        base: address that paths are below.
        http: sends requests with their credentials.

    Raises:
        ConfigError: a secret is missing; or the stand-in is asked for and does not run.
    """

    def __init__(self, settings: Settings, name: str, options: RestOptions) -> None:
        spec = load_spec(_FOLDER, ConnectorSpec).model_copy(update={"errors": options.errors})
        system = options.stand_in or "rest"
        self.base = address_of(settings, options.base_url, system)
        self._login = open_login(settings, options, spec, system=system)
        self.http = open_client(
            settings, name, options, spec, system=system,
            auth=authorizer(settings, name, options.auth, self._login),
        )  # fmt: skip

    def close(self) -> None:
        """Close the connections."""
        self.http.close()
        self._login.close()
