"""Pictures of every page: Chinese and English, light and dark, laptop and phone.

    python scripts/screenshots.py OUT            every combination, from the published data
    python scripts/screenshots.py --docs         the ones that README and docs show

Needs Chromium (Debian: `apt-get install chromium fonts-noto-cjk`). Each page must open without a
policy violation or script error and without scrolling sideways; otherwise the script fails.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal import create_app
from talentloop.reports import run_report
from talentloop.settings import PROJECT_ROOT, Settings, load_settings
from talentloop.warehouse import open_published

DOCS = PROJECT_ROOT / "docs" / "screenshots"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDTHS = {"laptop": 1440, "phone": 390}
#: Pictures that the documents show: page, language, theme, device.
CHOSEN = (
    ("monthly", "en", "light", "laptop"),
    ("monthly", "zh", "light", "laptop"),
    ("monthly", "zh", "dark", "laptop"),
    ("monthly", "zh", "light", "phone"),
    ("funnel", "en", "light", "laptop"),
    ("funnel", "zh", "light", "laptop"),
    ("profile", "en", "light", "laptop"),
    ("profile", "zh", "light", "laptop"),
    ("profile", "zh", "light", "phone"),
    ("interview", "en", "light", "laptop"),
    ("interview", "zh", "light", "laptop"),
    ("quality", "en", "light", "laptop"),
    ("quality", "zh", "light", "laptop"),
)


@dataclass(frozen=True)
class Shot:
    """One picture to take."""

    page: str
    path: str
    lang: str
    theme: str
    device: str

    @property
    def name(self) -> str:
        """File name: page.lang, then what differs from a light laptop."""
        rest = [part for part in (self.theme, self.device) if part not in ("light", "laptop")]
        return ".".join([self.page, self.lang, *rest]) + ".png"


def find_chromium() -> str | None:
    """The browser's path, or None where it is not installed."""
    return next((path for path in map(shutil.which, CHROMIUM) if path), None)


def pages(settings: Settings) -> dict[str, str]:
    """Every page by name; the profile is the person with the most scores who has model advice."""
    with open_published(settings) as db:
        found = db.sql(
            "select p.person_key from talent_profile as p "
            "left join mart_prediction as a on p.application_key = a.application_key "
            "order by a.application_key is not null desc, p.n_scorers desc, "
            "p.overall_score_0_100 desc nulls last limit 1"
        ).to_pylist()
    return {
        "monthly": "/reports/monthly",
        "funnel": "/reports/funnel",
        "applications": "/reports/funnel/applications?stage=interview",
        "validity": "/reports/validity",
        "before_after": "/reports/before_after",
        "talent": "/talent",
        "profile": f"/talent/{found[0]['person_key']}" if found else "/talent",
        "waiting": "/waiting",
        "interviews": "/interviews",
        "interview": _interview(settings),
        "scheduling": "/scheduling",
        "quality": "/quality",
        "catalogue": "/reports",
        "report": "/reports/time_to_hire",
        "report_tiles": "/reports/monthly_hiring_efficiency",
        "report_intervals": "/reports/funnel/table",
        "report_curve": "/reports/stage_survival",
        "definitions": "/definitions",
    }


def _interview(settings: Settings) -> str:
    """The interview with the most answers; where there is none, their list."""
    rows = run_report(settings, "ops_interviews").rows
    most = max(rows, key=lambda row: int(str(row["n_answers"])), default=None)
    return f"/interviews/{most['interview']}" if most else "/interviews"


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The portal on a free port, in a thread of this process."""
    opened = socket.socket()
    opened.bind(("127.0.0.1", 0))
    opened.listen(64)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def take(browser: Browser, base: str, shot: Shot, folder: Path) -> list[str]:
    """Take one picture; what went wrong on the page, in words."""
    width = WIDTHS[shot.device]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if shot.theme == "dark" else "light",
        locale="zh-CN" if shot.lang == "zh" else "en-GB",
    )
    page, problems = context.new_page(), []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    join = "&" if "?" in shot.path else "?"
    answer = page.goto(f"{base}{shot.path}{join}lang={shot.lang}")
    if answer is None or answer.status != 200:
        problems.append(f"status {answer.status if answer else 'none'}")
    page.wait_for_load_state("networkidle")
    root = "document.documentElement"
    if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
        problems.append(f"scrolls sideways at {width} px")
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(folder / shot.name), full_page=True)
    context.close()
    return [f"{shot.name}: {problem}" for problem in problems]


def shots(paths: dict[str, str], docs_only: bool) -> list[Shot]:
    """What to take."""
    wanted = CHOSEN if docs_only else [
        (page, lang, theme, device)
        for page in paths for lang in ("zh", "en")
        for theme in ("light", "dark") for device in WIDTHS
    ]  # fmt: skip
    return [Shot(page, paths[page], lang, theme, device) for page, lang, theme, device in wanted]


def smaller(folder: Path) -> None:
    """Fewer colours, so that the pictures stay small in the repository."""
    from PIL import Image

    for path in folder.glob("*.png"):
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)


def run(settings: Settings, folder: Path, docs_only: bool) -> list[str]:
    """Take the pictures; every problem found."""
    chromium = find_chromium()
    if chromium is None:
        return ["Chromium is not installed; Debian: apt-get install chromium fonts-noto-cjk"]
    problems: list[str] = []
    with served(settings) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for shot in shots(pages(settings), docs_only):
            problems += take(browser, base, shot, folder)
            print(folder / shot.name)
        browser.close()
    if docs_only:
        smaller(folder)
    return problems


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; 1 when a page had a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, help="folder for every combination")
    parser.add_argument("--docs", action="store_true", help="only the documents' pictures")
    given = parser.parse_args(arguments)
    if not given.docs and given.out is None:
        parser.error("name a folder, or use --docs")
    folder = given.out if given.out is not None else DOCS
    problems = run(load_settings(), folder, given.docs)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
