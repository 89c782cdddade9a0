"""What can be configured: one tenant's options, and the connector's own `spec.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from connectors.options import HttpOptions
from connectors.spec import ConnectorSpec, StreamSpec, load_spec

_FOLDER = Path(__file__).resolve().parent
SYSTEM = "feishu"


class FeishuStream(StreamSpec):
    """How one list is read."""

    since: str = Field("", description="Query parameter for changes since, in milliseconds")
    until: str = Field("", description="Query parameter that must come with it: changes until")
    detail: str = Field("", description="Path of one record where the list brings only ids")
    fields: list[str] = Field(default_factory=list, description="Fields to ask for by name")


class FeishuSpec(ConnectorSpec):
    """The content of `spec.yaml`."""

    token_path: str
    streams: dict[str, FeishuStream]


class FeishuOptions(HttpOptions):
    """One tenant, from `config/sources/<name>.yml`."""

    app_id: str = Field(min_length=1, description="App ID of the internal app")
    app_secret: str = Field(
        "file:sandbox_feishu.secret", description="Reference to the App Secret: file:NAME, env:NAME"
    )
    user_id_type: str = Field(
        "user_id", description="Kind of person ids asked for: user_id, open_id, union_id"
    )
    reread_days: int = Field(
        30, ge=1, le=3650, description="Interviews of so many days before the cursor are read again"
    )
    held_arrangements: list[int] = Field(
        [2], description="Numbers of arrangement_status that mean: the interview was held"
    )
    filled_progress: list[int] = Field(
        [5], description="Numbers of display_progress that mean: the seat is filled"
    )
    given_up_progress: list[int] = Field(
        [3], description="Numbers of display_progress that mean: the seat was given up"
    )
    gone_codes: list[str] = Field(
        ["1002001"], description="Codes that mean: the record asked for does not exist (any more)"
    )
    review_stages: list[str] = Field(
        ["leader_review"], description="Review stages whose scores are ratings"
    )
    people_per_query: int = Field(50, ge=1, le=1000, description="People in one review query")
    assessment_titles: dict[str, str] = Field(
        {
            "overall": "综合得分", "communication": "沟通表达", "logic": "逻辑思维",
            "professionalism": "专业能力", "teamwork": "团队协作", "stress": "抗压应变",
            "culture": "文化契合",
        },
        description="Titles of the dimensions in an external assessment, by score field",
    )  # fmt: skip
    external_id_prefix: str = Field(
        "talentloop", min_length=1, max_length=20, description="Begins every external_id of ours"
    )


@cache
def connector_spec() -> FeishuSpec:
    """The connector's own specification."""
    return load_spec(_FOLDER, FeishuSpec)
