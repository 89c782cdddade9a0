"""WeCom's interface: tokens, messages, group robots, schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.http import HttpClient, QueryToken
from connectors.http.secrets import secret
from connectors.http.tokens import Token, TokenCache, token_in
from connectors.options import open_client, open_login
from connectors.wecom.options import SYSTEM, WecomOptions, connector_spec
from talentloop.settings import Settings


class WecomClient:
    """Talks to one corporation. Close it after use."""

    def __init__(self, settings: Settings, name: str, options: WecomOptions) -> None:
        spec = connector_spec()
        self._settings, self._name, self._options = settings, name, options
        self._login = open_login(settings, options, spec, system=SYSTEM)
        tokens = TokenCache(settings, name, self._fetch_token)
        self._app = open_client(
            settings, name, options, spec, system=SYSTEM, auth=QueryToken(tokens)
        )
        self._robots: dict[str, HttpClient] = {}

    def close(self) -> None:
        """Close the connections."""
        for client in (self._login, self._app, *self._robots.values()):
            client.close()

    def post(self, path: str, body: Mapping[str, Any], *, idempotent: bool) -> dict[str, Any]:
        """Call the application's interface; the answer's fields.

        Raises:
            HttpError: after bounded retries.
        """
        where = f"{self._name} {path}"
        answer = self._app.post_json(path, body, where=where, idempotent=idempotent)
        return dict(answer.data)

    def post_robot(self, target: str, key: str, body: Mapping[str, Any]) -> None:
        """Say something through a group's robot, at the pace at which it drops nothing.

        Raises:
            HttpError: it was not, or perhaps not, said.
        """
        path, where = connector_spec().writes["card_to_group"].path, f"{self._name} {target}"
        found = secret(self._settings, key, "robot key")
        self._robot(target).post_json(
            path, body, params={"key": found}, where=where, idempotent=False
        )

    def _robot(self, target: str) -> HttpClient:
        """A client of the robot's own: its limit is not the application's."""
        if target not in self._robots:
            limit = self._options.robot_limit or connector_spec().robot_limit
            options = self._options.model_copy(update={"limit": limit})
            name = f"{self._name}-{target}"
            self._robots[target] = open_client(
                self._settings, name, options, connector_spec(), system=SYSTEM
            )
        return self._robots[target]

    def _fetch_token(self) -> Token:
        where = f"{self._name} access token"
        params = {
            "corpid": self._options.corp_id,
            "corpsecret": secret(self._settings, self._options.secret, "application secret"),
        }
        data = self._login.get("cgi-bin/gettoken", params, where=where).data
        return token_in(
            data, "access_token", "expires_in", where=where,
            remedy="Check base_url of the channel.",
        )  # fmt: skip
