"""The sandbox tenants as a service on loopback: serve, start, stop, and pull its levers."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import uvicorn

from connectors.sandbox.company import CLOCK_START, Company, load_company, simulate, truth
from connectors.sandbox.kit import CompanyView
from connectors.sandbox.listening import listening, url_of
from connectors.sandbox.serving import Serving
from talentloop.errors import ConfigError, SourceError, TalentLoopError
from talentloop.files import replace_durably
from talentloop.logs import get_logger
from talentloop.settings import Settings, load_settings

_log = get_logger(__name__)
_START_SECONDS = 180
_STOP_SECONDS = 15
#: The tenants speak plain HTTP. httpx would read all certificate authorities for every client.
_NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class Service:
    """Where the tenants listen, and the process that runs them."""

    url: str
    pid: int


def serve(settings: Settings, port: int | None = None) -> None:
    """Serve the tenants until the process is told to end; simulates their company first if needed.

    Args:
        port: loopback port; the next free one when taken. Default: settings.sandbox_port.

    Raises:
        TalentLoopError: no port is free, or the tenants of this home are served already.
    """
    known = find(settings)
    if known is not None:
        raise TalentLoopError(
            "The sandbox tenants of this home are served already",
            where=f"{known.url}, process {known.pid}",
            remedy="Use those, or stop that process first.",
        )
    company = saved_company(settings)
    with listening(settings.sandbox_port if port is None else port) as listener:
        service = Service(url_of(listener), os.getpid())
        tenants = Serving(settings, company, service.url)
        # uvicorn repeats the signal that ended it; as an exception it lets us clean up.
        signal.signal(signal.SIGTERM, _leave)
        try:
            _announce(settings, service)
            _log.info("sandbox_serving", url=service.url, size=settings.sandbox_size)
            _server(tenants).run(sockets=[listener])
        finally:
            tenants.close()
            _withdraw(settings, service)


@contextmanager
def running(settings: Settings, company: CompanyView | None = None) -> Iterator[Service]:
    """The tenants in a thread of this process, on a free port; for tests.

    Args:
        company: what they show; default the saved company of the settings' size.
    """
    company = company or saved_company(settings)
    with listening(0) as listener:
        service = Service(url_of(listener), os.getpid())
        tenants = Serving(settings, company, service.url)
        server = _server(tenants)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            _wait_healthy(service.url, thread)
            _announce(settings, service)
            yield service
        finally:
            server.should_exit = server.force_exit = True
            thread.join(_STOP_SECONDS)
            tenants.close()
            _withdraw(settings, service)


def start(settings: Settings, port: int | None = None) -> Service:
    """The running tenants, started as a process of their own if they do not run yet.

    Raises:
        TalentLoopError: they did not come up; names the log.
    """
    known = find(settings)
    if known is not None:
        return known
    log = settings.sandbox_dir / "service.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "connectors.sandbox.service"]
    command += ["--home", str(settings.home), "--size", settings.sandbox_size]
    command += ["--port", str(settings.sandbox_port if port is None else port)]
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        found = find(settings)
        if found is not None and found.pid == child.pid:
            return found
        time.sleep(0.1)
    child.kill()
    raise TalentLoopError(
        "The sandbox tenants did not start",
        where=str(log),
        remedy="Read the end of that log.",
    )


def stop(settings: Settings) -> bool:
    """Stop the tenants of these settings and wait for their end; returns whether they ran."""
    service = find(settings)
    if service is None or service.pid == os.getpid():
        return False
    try:
        process = psutil.Process(service.pid)
        process.terminate()
        process.wait(_STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)
    except psutil.NoSuchProcess:
        pass  # it ended by itself
    return True


def find(settings: Settings) -> Service | None:
    """The running tenants of these settings: announced, answering, and of the process named."""
    try:
        noted = json.loads(_note(settings).read_text())
        service = Service(str(noted["url"]), int(noted["pid"]))
        answer = _health(service.url, 5)
        return service if answer.json()["pid"] == service.pid else None
    except (OSError, ValueError, KeyError, TypeError, httpx.HTTPError):
        return None


def control(
    settings: Settings, path: str, payload: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Pull a lever of the running tenants: `/sandbox/clock`, `/sandbox/<name>/faults` and others.

    Args:
        payload: what to post; None reads instead.

    Raises:
        ConfigError: the tenants do not run.
        SourceError: they refused; says why.
    """
    service = find(settings)
    if service is None:
        raise ConfigError(
            "The sandbox tenants are not running",
            where=str(_note(settings)),
            remedy="Start them with `talentloop sandbox serve`.",
        )
    method = "GET" if payload is None else "POST"
    with httpx.Client(timeout=60, trust_env=False, verify=_NO_AUTHORITIES) as client:
        answer = client.request(method, service.url + path, json=payload)
    content: dict[str, Any] = answer.json()
    if not answer.is_success:
        raise SourceError(
            f"The sandbox refused: {content['error']['message']['value']}",
            where=path,
            remedy="Correct the values given.",
        )
    return content


def saved_company(settings: Settings) -> Company:
    """The simulated company of these settings, made and saved at first use.

    Beside it lies `truth.json`: what was planted, and the figures as of the clock's start. Tests
    and people may look at it; the pipeline never does.

    Raises:
        ConfigError: one of another size is saved.
    """
    folder = settings.sandbox_dir / "company"
    if not (folder / "company.json").is_file():
        company = simulate(settings.sandbox_size)
        told = json.dumps(truth(company, CLOCK_START), ensure_ascii=False, indent=1)
        replace_durably(settings.sandbox_dir / "truth.json", told.encode())
        company.save(folder)
        _log.info("company_simulated", size=company.size, seed=company.seed)
        return company
    company = load_company(folder)
    if company.size != settings.sandbox_size:
        raise ConfigError(
            f"A company of size {company.size} is saved, but {settings.sandbox_size} is configured",
            where=str(folder),
            remedy="Set TALENTLOOP_SANDBOX_SIZE back, or use another TALENTLOOP_HOME.",
        )
    return company


def _server(tenants: Serving) -> uvicorn.Server:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # planned faults look like errors
    config = uvicorn.Config(
        tenants.app,
        log_config=None,
        access_log=False,
        date_header=False,  # the tenants have a clock of their own
        server_header=False,
        timeout_graceful_shutdown=2,
        lifespan="off",
    )
    return uvicorn.Server(config)


def _wait_healthy(url: str, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline and thread.is_alive():
        try:
            if _health(url, 1).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.01)
    raise TalentLoopError("The sandbox tenants did not answer", where=url)


def _health(url: str, seconds: float) -> httpx.Response:
    address = f"{url}/sandbox/health"
    return httpx.get(address, timeout=seconds, trust_env=False, verify=_NO_AUTHORITIES)


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(0)


def _note(settings: Settings) -> Path:
    return settings.sandbox_dir / "service.json"


def _announce(settings: Settings, service: Service) -> None:
    note = json.dumps({"url": service.url, "pid": service.pid})
    replace_durably(_note(settings), note.encode())


def _withdraw(settings: Settings, service: Service) -> None:
    """Remove the note, unless another service has put its own there."""
    try:
        if json.loads(_note(settings).read_text()) == {"url": service.url, "pid": service.pid}:
            _note(settings).unlink()
    except (OSError, ValueError):
        pass  # nothing is announced any more


def _main() -> None:
    parser = argparse.ArgumentParser(description="Serve the sandbox tenants.")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--size", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    serve(load_settings(home=given.home, sandbox_size=given.size), given.port)


if __name__ == "__main__":
    _main()
