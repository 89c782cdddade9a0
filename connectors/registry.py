"""Which sources are configured, and how to open them. To add a system: a folder, and a line here.

Importing this module stays cheap (a DAG file does): connectors are imported when opened.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict

from connectors.base import Sink, SourceConnector
from connectors.channels.channel import find_channel, list_channels
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings

if TYPE_CHECKING:
    from connectors.channels.receiving import EventSource, Receiver
    from connectors.resumes.options import Place
    from connectors.resumes.places import ResumePlace

#: Connector name -> the class that reads it. Each takes (settings, name, options, mapping file).
SOURCES = {
    "dingtalk": "connectors.dingtalk.source:DingTalkSource",
    "feishu": "connectors.feishu.source:FeishuSource",
    "files": "connectors.files.source:FileSource",
    "kingdee_cosmic": "connectors.kingdee_cosmic.source:CosmicSource",
    "kingdee_k3cloud": "connectors.kingdee_k3cloud.source:K3CloudSource",
    "rest": "connectors.rest.source:RestSource",
    "successfactors": "connectors.successfactors.source:SuccessFactorsSource",
    "yonyou": "connectors.yonyou.source:YonyouSource",
}
#: Connector name -> the class that writes back. Each takes (settings, name, options).
SINKS = {
    "feishu": "connectors.feishu.writer:FeishuSink",
    "kingdee_cosmic": "connectors.kingdee_cosmic.writer:CosmicSink",
    "kingdee_k3cloud": "connectors.kingdee_k3cloud.writer:K3CloudSink",
    "successfactors": "connectors.successfactors.writer:SuccessFactorsSink",
    "yonyou": "connectors.yonyou.writer:YonyouSink",
}
#: Connector name -> the class that sends messages to people. Each takes (settings, name, options).
NOTIFIERS = {
    "dingtalk": "connectors.dingtalk.notifier:DingTalkNotifier",
    "feishu": "connectors.feishu.notifier:FeishuNotifier",
    "smtp": "connectors.smtp.notifier:SmtpNotifier",
    "wecom": "connectors.wecom.notifier:WecomNotifier",
}
#: Connector name -> the class that receives a channel's events. Each takes (settings, channel).
RECEIVERS = {
    "dingtalk": "connectors.dingtalk.callbacks:DingTalkCallbacks",
    "feishu": "connectors.feishu.callbacks:FeishuCallbacks",
    "wecom": "connectors.wecom.callbacks:WecomCallbacks",
}
#: Connector name -> the class that receives the events of a source that says `callback`, and pulls.
EVENT_SOURCES = {"yonyou": "connectors.yonyou.callbacks:YonyouCallbacks"}
#: Connector name -> the class that hands over résumé files. Each takes (settings, place).
RESUMES = {
    "files": "connectors.resumes.folder:FolderResumes",
    "successfactors": "connectors.successfactors.attachments:ResumeAttachments",
}
#: Connector name -> the mapping used where the source names none; relative to the project. A
#: connector that has profiles (an option of the source) has one for each.
_MAPPINGS = {
    "dingtalk": "connectors/dingtalk/mapping.yaml",
    "feishu": "connectors/feishu/mapping.yaml",
    "kingdee_cosmic": "connectors/kingdee_cosmic/mapping.yaml",
    "kingdee_k3cloud": "connectors/kingdee_k3cloud/mapping.yaml",
    "successfactors": "connectors/successfactors/mapping.yaml",
    "yonyou": "connectors/yonyou/mapping.yaml",
    "yonyou/yonyou_ehr_v3": "connectors/yonyou/mapping_ehr_v3.yaml",
}

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PROJECT = Path(__file__).resolve().parent.parent


class SourceConfig(BaseModel):
    """One source file. Further fields are options of its connector, which checks them.

    Attributes:
        name: name of the source; default the file's own.
        connector: which connector reads it.
        description: one line for people.
        simulated: its data is made up; every page says so.
        schedule: when its DAG runs, as cron text; None runs it on demand only.
        mapping: mapping file, relative to this file; default the connector's own.
        file: where this was read from.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str = ""
    connector: str
    description: str = ""
    simulated: bool = False
    schedule: str | None = None
    mapping: str | None = None
    file: Path = Path()

    @property
    def options(self) -> dict[str, Any]:
        """What the connector itself is told."""
        return dict(self.model_extra or {})

    @property
    def mapping_file(self) -> Path:
        """The mapping in force.

        Raises:
            ConfigError: the source names none and its connector has none.
        """
        if self.mapping is not None:
            return (self.file.parent / self.mapping).resolve()
        for key in (f"{self.connector}/{self.options.get('profile')}", self.connector):
            if key in _MAPPINGS:
                return _PROJECT / _MAPPINGS[key]
        raise ConfigError(
            "The source names no mapping file",
            where=f"{self.file}, field mapping",
            remedy="Add `mapping: mapping.yml`; docs/mapping.md says what goes in.",
        )


def list_sources(settings: Settings) -> list[SourceConfig]:
    """The configured sources: one for each file in `config/sources/`, by name.

    Raises:
        ConfigError: a file is not valid, or two have the same name.
    """
    found: dict[str, SourceConfig] = {}
    for path in sorted((settings.config / "sources").glob("*.yml")):
        source = _read(path)
        if source.name in found:
            raise ConfigError(
                f"Two sources are called {source.name}",
                where=f"{found[source.name].file} and {path}",
                remedy="Rename one of them.",
            )
        found[source.name] = source
    return [found[name] for name in sorted(found)]


def find_source(settings: Settings, source: str) -> SourceConfig:
    """A source by its name, or by the path of its file.

    Raises:
        ConfigError: there is none such; names those there are.
    """
    if source.endswith((".yml", ".yaml")) or "/" in source:
        return _read(Path(source))
    configured = list_sources(settings)
    examples = [_read(path) for path in sorted(settings.config.glob("examples/*/source.yml"))]
    for candidate in (*configured, *examples):
        if candidate.name == source:
            return candidate
    raise ConfigError(
        f"There is no source {source!r}",
        where=str(settings.config / "sources"),
        remedy="Known are: " + (", ".join(c.name for c in configured) or "none") + ".",
    )


def _read(path: Path) -> SourceConfig:
    source = load_model(path, SourceConfig)
    if source.connector not in SOURCES:
        raise ConfigError(
            f"There is no connector {source.connector!r}",
            where=f"{path}, field connector",
            remedy="Use one of: " + ", ".join(sorted(SOURCES)) + ".",
        )
    name = source.name or path.stem
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot name a source",
            where=f"{path}, field name",
            remedy="Use small letters, digits and underscores; it begins with a letter.",
        )
    return source.model_copy(update={"name": name, "file": path.resolve()})


def make_source(
    settings: Settings, source: SourceConfig | str, path: Path | None = None
) -> SourceConnector:
    """Open a configured source.

    Args:
        path: folder of a file source; takes the place of the one in its file.

    Raises:
        ConfigError: the source, its options or its mapping do not fit.
    """
    config = find_source(settings, source) if isinstance(source, str) else source
    options = config.options
    if config.connector == "files":
        options["base"] = str(config.file.parent)
        if path is not None:
            options["path"] = str(path.resolve())
    elif path is not None:
        raise ConfigError(
            "Only a file source takes a folder",
            where=f"source {config.name}, connector {config.connector}",
            remedy="Leave --path out.",
        )
    opened = _class(SOURCES[config.connector])(settings, config.name, options, config.mapping_file)
    return cast("SourceConnector", opened)


def make_sink(settings: Settings, name: str) -> Sink:
    """Open a configured source's system for writing back, or a channel for sending.

    Raises:
        ConfigError: there is no such source, or its connector only reads.
    """
    channel = find_channel(settings, name)
    if channel is not None:
        notifier = _class(NOTIFIERS[channel.connector])
        return cast("Sink", notifier(settings, name, channel.options))
    config = find_source(settings, name)
    if config.connector not in SINKS:
        raise ConfigError(
            f"Nothing can be written back to {name}",
            where=f"{config.file}, connector {config.connector}",
            remedy="Connectors that write: " + ", ".join(sorted(SINKS)) + ".",
        )
    return cast("Sink", _class(SINKS[config.connector])(settings, name, config.options))


def list_receivers(settings: Settings) -> dict[str, Receiver]:
    """What receives events, by channel or source; only those that say how under `callback`.

    Raises:
        ConfigError: one does not fit, cannot receive, or lacks a secret; or two have one name.
    """
    found: dict[str, Receiver] = dict(list_event_sources(settings))
    for channel in list_channels(settings):
        if channel.callback is None:
            continue
        if channel.connector not in RECEIVERS:
            raise ConfigError(
                "A channel of this kind receives no events",
                where=f"{channel.file}, field callback",
                remedy="Channels that do: " + ", ".join(sorted(RECEIVERS)) + ".",
            )
        if channel.name in found:
            raise ConfigError(
                f"A channel and a source that receive events are both called {channel.name}",
                where=str(channel.file),
                remedy="Rename one of them: events arrive under this name.",
            )
        found[channel.name] = _class(RECEIVERS[channel.connector])(settings, channel)
    return found


def list_event_sources(settings: Settings) -> dict[str, EventSource]:
    """Configured sources whose system posts events to us, by name.

    Raises:
        ConfigError: one does not fit, or lacks a secret.
    """
    return {
        source.name: make_event_source(settings, source.name)
        for source in list_sources(settings)
        if source.connector in EVENT_SOURCES and source.options.get("callback")
    }


def make_event_source(settings: Settings, source: str) -> EventSource:
    """What receives the events of one source's system.

    Raises:
        ConfigError: there is no such source, its options do not fit, a secret is missing, or its
            system posts no events.
    """
    config = find_source(settings, source)
    if config.connector not in EVENT_SOURCES:
        raise ConfigError(
            "This source's system posts no events",
            where=f"{config.file}, field callback",
            remedy="Systems that do: " + ", ".join(sorted(EVENT_SOURCES)) + ".",
        )
    made = _class(EVENT_SOURCES[config.connector])(settings, source)
    return cast("EventSource", made)


def open_resumes(settings: Settings, place: Place) -> ResumePlace:
    """Open a place that résumé files are fetched from.

    Raises:
        ConfigError: its connector has none, or its options do not fit.
    """
    if place.connector not in RESUMES:
        raise ConfigError(
            f"No résumés can be fetched with the connector {place.connector!r}",
            where=f"config/resumes.yml, place of {place.of}",
            remedy="Connectors that hand them over: " + ", ".join(sorted(RESUMES)) + ".",
        )
    return cast("ResumePlace", _class(RESUMES[place.connector])(settings, place))


def _class(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
