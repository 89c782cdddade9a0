"""Templates: Jinja2 with escaping always on, and the few helpers that pages share."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from portal.frame import Frame
from portal.navigation import current_path, sections
from portal.views.report import path_of
from talentloop.reports.privacy import Withheld
from talentloop.reports.text import number, p_value, percent, rounded, signed

HERE = Path(__file__).parent
_YEAR = 365 * 24 * 3600


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The template environment."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        asset=asset, number=number, p_value=p_value, percent=percent, rounded=rounded, signed=signed,
        sections=sections, current_path=current_path, path_of=path_of,
    )  # fmt: skip
    env.tests["withheld"] = lambda value: isinstance(value, Withheld)
    return env


@lru_cache(maxsize=32)
def asset(name: str) -> str:
    """The address of a static file; its content's hash lets browsers keep it."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def render(frame: Frame, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page; remembers language and theme in cookies when the address chose them."""
    html = (
        environment()
        .get_template(template)
        .render(
            frame=frame,
            _=frame.t,
            _n=frame.translator.counted,
            _m=frame.translator.markup,
            w=frame.words,
            **values,
        )
    )
    response = HTMLResponse(html, status_code=status)
    for name in frame.chosen:
        value = frame.lang if name == "lang" else frame.theme
        response.set_cookie(name, value, max_age=_YEAR, samesite="lax", path="/")
    return response
