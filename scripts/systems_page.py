"""docs/systems.md: what each outside system can do here, from its specification and its tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
_TESTS = ROOT / "tests" / "connectors"
_INTRODUCTION = """\
Every system stands here as a **sandbox tenant**: a server on loopback that behaves as the vendor
documents it. Nothing has been tried on a live tenant; what a vendor's documents leave open is
configuration with a default and stands under *not verified*. 所有系统都只对着沙箱租户测过，没有连过真实租户；
文档没说清的都列在“未验证”里。
"""


def systems_page(note: str) -> str:
    """The page: a summary, then a section for each system."""
    systems = [*_specified(), *_described()]
    lines = [
        "# Outside systems · 外部系统\n",
        note,
        _INTRODUCTION,
        "| system · 系统 | reads · 读 | writes · 写 | paging · 分页 | limit · 限流 | tests · 测试 | not verified · 未验证 |",
        "|---|---|---|---|---|---|---|",
        *(_summary(system) for system in systems),
        f"| [Files · 文件](#files--文件) | all · 全部 | – | – | – | {len(_promises('files'))} files | – |\n",
    ]
    for system in systems:
        lines += _section(system)
    lines += _files()
    return "\n".join(lines) + "\n"


def _specified() -> Iterator[dict[str, Any]]:
    """Connectors with a `spec.yaml`, by name."""
    for path in sorted((ROOT / "connectors").glob("*/spec*.yaml")):
        folder = path.parent.name
        mapping = path.with_name(path.name.replace("spec", "mapping"))
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield {
            **spec, "folder": folder, "about": f"../connectors/{folder}/README.md",
            "entities": _entities(mapping), "tests": _promises(folder),
        }  # fmt: skip


def _described() -> Iterator[dict[str, Any]]:
    """REST systems described in an example."""
    for path in sorted((ROOT / "config" / "examples").glob("*/source.yml")):
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
        if source.get("connector") != "rest":
            continue
        folder = path.parent
        auth = source.get("auth") or source["client"].get("auth") or {}
        yield {
            "system": source["vendor"], "auth": str(auth.get("type", "none")),
            "limit": source.get("limit"), "unverified": source.get("unverified", []),
            "streams": {r["name"]: _resource(r, source) for r in source["resources"]},
            "folder": "rest", "about": f"../config/examples/{folder.name}/README.md",
            "entities": _entities(folder / "mapping.yml"), "tests": _promises("rest"),
        }  # fmt: skip


def _resource(resource: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """A resource in the form of a stream of a specification."""
    defaults = source.get("resource_defaults", {}).get("endpoint", {})
    endpoint = {**defaults, **resource.get("endpoint", {})}
    paginator = endpoint.get("paginator") or source["client"].get("paginator")
    kind = paginator["type"] if isinstance(paginator, dict) else str(paginator)
    changes = resource.get("changes", {})
    window = f", {changes['window_days']} days at once" if "window_days" in changes else ""
    return {
        "path": endpoint.get("path", resource["name"]), "paging": kind + window,
        "cursor": endpoint.get("incremental", {}).get("cursor_path", ""),
        "key": resource.get("key", []), "unverified": resource.get("unverified", ""),
    }  # fmt: skip


def _entities(mapping: Path) -> dict[str, list[str]]:
    """Stream → canonical records that come out of it."""
    if not mapping.is_file():
        return {}
    streams = yaml.safe_load(mapping.read_text(encoding="utf-8"))["streams"]
    return {
        name: list(dict.fromkeys(record["entity"] for record in stream["records"]))
        for name, stream in streams.items()
    }


def _promises(folder: str) -> dict[str, str]:
    """Test file → what its tests promise together, which is its first line."""
    names = {folder, folder.split("_", maxsplit=1)[0]}
    found = {}
    for place in (_TESTS, _TESTS / "sandbox"):
        for name in sorted(names):
            for path in sorted((place / name).glob("test_*.py")):
                tree = ast.parse(path.read_text(encoding="utf-8"))
                about = (ast.get_docstring(tree) or "").splitlines()
                found[path.relative_to(ROOT).as_posix()] = about[0] if about else ""
    return found


def _title(system: Mapping[str, Any]) -> str:
    names = system["system"]
    same = names["zh"] == names["en"]
    return str(names["en"]) if same else f"{names['en']} · {names['zh']}"


def _anchor(title: str) -> str:
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _limit(limit: Mapping[str, Any] | None) -> str:
    return f"{limit['requests']} in {limit['seconds']} s" if limit else "5 in 1 s"


def _summary(system: Mapping[str, Any]) -> str:
    title = _title(system)
    streams, writes = system.get("streams", {}), system.get("writes", {})
    entities = sorted({entity for made in system["entities"].values() for entity in made})
    paging = dict.fromkeys(str(s.get("paging", "")) for s in streams.values())
    open_points = len(system.get("unverified", [])) + sum(
        bool(part.get("unverified")) for part in (*streams.values(), *writes.values())
    )
    cells = [
        f"[{title}](#{_anchor(title)})", ", ".join(entities) or "–", ", ".join(writes) or "–",
        ", ".join(filter(None, paging)) or "–", _limit(system.get("limit")),
        f"{len(system['tests'])} files", str(open_points),
    ]  # fmt: skip
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _section(system: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {_title(system)}\n"
    yield f"Authorization · 认证: {_flat(system['auth'])}. Limit · 限流: {_limit(system.get('limit'))}. "
    about = system["about"]
    yield f"[{about.removeprefix('../')}]({about})\n"
    if system.get("streams"):
        yield "| list · 列表 | becomes · 变成 | path · 路径 | paging · 分页 | cursor · 游标 | key · 主键 | not verified · 未验证 |"
        yield "|---|---|---|---|---|---|---|"
        for name, stream in system["streams"].items():
            size = f", {stream['page_size']} a page" if "page_size" in stream else ""
            cells = [
                f"`{name}`", ", ".join(system["entities"].get(name, [])) or "–",
                f"`{stream.get('path') or name}`", f"{stream.get('paging', 'none')}{size}",
                str(stream.get("cursor") or "all is read"), ", ".join(stream.get("key", [])),
                stream.get("unverified", ""),
            ]  # fmt: skip
            yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
        yield ""
    if system.get("writes"):
        yield "| write · 写 | path · 路径 | batch · 批 | repeat is harmless · 可重复 | how · 依据 | not verified · 未验证 |"
        yield "|---|---|---|---|---|---|"
        for name, write in system["writes"].items():
            cells = [
                f"`{name}`", f"`{write.get('path', '')}`", str(write.get("batch_size", 1)),
                "yes" if write.get("idempotent") else "no: read back first",
                write.get("idempotency", ""), write.get("unverified", ""),
            ]  # fmt: skip
            yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
        yield ""
    if system.get("unverified"):
        yield "Not verified · 未验证:\n"
        yield from (f"- {_flat(text)}" for text in system["unverified"])
        yield ""
    yield from _tested(system["tests"])


def _tested(tests: Mapping[str, str]) -> Iterator[str]:
    if tests:
        yield "Tested · 已测:\n"
        yield from (f"- {about} `{path}`" for path, about in tests.items())
        yield ""


def _files() -> Iterator[str]:
    yield "## Files · 文件\n"
    yield (
        "CSV, XLSX, Parquet and XES in a local folder, on an SFTP server or in S3; any entity, as its "
        "mapping says. Claimed by SHA-256, archived after landing, replayed on request. "
        "[connectors/files/README.md](../connectors/files/README.md)\n"
    )
    yield from _tested(_promises("files"))


def _flat(text: object) -> str:
    return " ".join(str(text).split()).removesuffix(".")


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
