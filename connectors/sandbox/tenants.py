"""Which stand-in tenants there are. To add one: a folder and a line here; for a REST
system, a description beside its source file in config/examples.

Each is served below its name; SuccessFactors, which needs the root of a host, at the root.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from connectors.http.address import ROOT_TENANT
from connectors.sandbox.kit import Place, TenantApp
from talentloop.settings import Settings

#: Name of the system → the class of its stand-in, which takes a Place.
TENANTS = {
    "dingtalk": "connectors.sandbox.dingtalk.app:DingTalkTenant",
    "feishu": "connectors.sandbox.feishu.app:FeishuTenant",
    "interview_media": "connectors.sandbox.interview_media.app:InterviewMediaTenant",
    "kingdee_cosmic": "connectors.sandbox.kingdee.cosmic:CosmicTenant",
    "kingdee_k3cloud": "connectors.sandbox.kingdee.k3cloud:K3CloudTenant",
    "successfactors": "connectors.sandbox.successfactors.app:SuccessFactorsTenant",
    "wecom": "connectors.sandbox.wecom.app:WecomTenant",
    "yonyou": "connectors.sandbox.yonyou.app:YonyouTenant",
}


def tenant_names(settings: Settings) -> list[str]:
    """Every tenant: those above, and the REST systems that have a `stand_in.yml` in an example."""
    return [*TENANTS, *sorted(_described(settings).keys() - TENANTS.keys())]


def _described(settings: Settings) -> dict[str, Path]:
    """Name of an example's folder → the description of its stand-in."""
    return {path.parent.name: path for path in settings.config.glob("examples/*/stand_in.yml")}


def make_tenant(place: Place) -> TenantApp:
    """The stand-in that stands at a place.

    Raises:
        ConfigError: its description does not fit.
    """
    if place.name in TENANTS:
        module, _, name = TENANTS[place.name].partition(":")
        return cast("TenantApp", getattr(import_module(module), name)(place))
    from connectors.sandbox.rest.app import RestTenant
    from connectors.sandbox.rest.description import load_description

    about = load_description(_described(place.settings)[place.name])
    limited = type("LimitedTenant", (RestTenant,), {"limit": about.limit})
    return cast("TenantApp", limited(place, about))


def path_of(name: str) -> str:
    """The path of a tenant's address: empty at the root."""
    return "" if name == ROOT_TENANT else f"/{name}"
