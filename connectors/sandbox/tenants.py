"""Which stand-in tenants there are. To add one: a folder, and a line here.

Each is served below its name; SuccessFactors, which needs the root of a host, at the root.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from connectors.http.address import ROOT_TENANT
from connectors.sandbox.kit import Place, TenantApp

#: Name of the system → the class of its stand-in, which takes a Place.
TENANTS = {
    "dingtalk": "connectors.sandbox.dingtalk.app:DingTalkTenant",
    "feishu": "connectors.sandbox.feishu.app:FeishuTenant",
    "kingdee_cosmic": "connectors.sandbox.kingdee.cosmic:CosmicTenant",
    "kingdee_k3cloud": "connectors.sandbox.kingdee.k3cloud:K3CloudTenant",
    "successfactors": "connectors.sandbox.successfactors.app:SuccessFactorsTenant",
    "wecom": "connectors.sandbox.wecom.app:WecomTenant",
    "yonyou": "connectors.sandbox.yonyou.app:YonyouTenant",
}


def make_tenant(place: Place) -> TenantApp:
    """The stand-in that stands at a place."""
    module, _, name = TENANTS[place.name].partition(":")
    return cast("TenantApp", getattr(import_module(module), name)(place))


def path_of(name: str) -> str:
    """The path of a tenant's address: empty at the root."""
    return "" if name == ROOT_TENANT else f"/{name}"
