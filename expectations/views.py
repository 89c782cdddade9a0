"""How results become pages: Great Expectations' own content in templates that need no network.

Its stock templates load styles, scripts and a logo from other hosts. A page about candidates' data
must not call anyone, and must be readable where nothing can be called.
"""

from __future__ import annotations

from typing import Any

from great_expectations.render.renderer.site_builder import SiteBuilder
from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import ChoiceLoader, Environment, PackageLoader


def _put_ours_first(environment: Environment) -> None:
    """Let the templates of this room replace stock ones of the same name."""
    stock = [environment.loader] if environment.loader else []
    environment.loader = ChoiceLoader([PackageLoader("expectations", "templates"), *stock])


class PageView(DefaultJinjaPageView):
    """The page of one validation result."""

    _template = "check_page.j2"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _put_ours_first(self.env)


class IndexView(DefaultJinjaIndexPageView):
    """The list of validation results."""

    _template = "check_index.j2"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _put_ours_first(self.env)


class OfflineSiteBuilder(SiteBuilder):
    """A site without the five megabytes of fonts and pictures that the stock pages refer to."""

    def build(
        self, resource_identifiers: Any = None, build_index: bool = True
    ) -> tuple[str | None, Any]:
        """Render the named results and the index."""
        for section in self.site_section_builders.values():
            section.build(resource_identifiers=resource_identifiers)
        _, links = self.site_index_builder.build(build_index=build_index)
        return self.get_resource_url(only_if_exists=False), links
