"""Firefox, driven by WebDriver BiDi."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from csplint.browser.bidi import BidiError, Session, connect
from csplint.browser.firefox_tab import Tab
from csplint.browser.observation import Observation
from csplint.browser.open_page import OpenPage
from csplint.browser.visit import Launch, NoBrowserError, Visit
from csplint.csp.url import parse_url
from csplint.errors import TargetError
from csplint.page.excerpt import excerpt

_START_SECONDS, _CLOSE_SECONDS, _EXTRA_SECONDS = 60, 10, 20

_PREFERENCES: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.chrome.site_icons": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.serviceWorkers.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "remote.active-protocols": 1,
    "security.csp.reporting.limit.count": 0,
    "services.settings.server": "data:,#no-remote-settings",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
"""Nothing is sent but what the page asks for (a tab's icon is not); no service worker; every violation is an event."""


async def start_firefox(launch: Launch) -> Firefox:
    """Start the browser in a profile that is thrown away. Raises NoBrowserError, with what to do."""
    profile = Path(tempfile.mkdtemp(prefix="csplint-firefox-"))
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _preferences(launch).items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    try:
        process = await asyncio.create_subprocess_exec(
            launch.path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        shutil.rmtree(profile, ignore_errors=True)
        raise NoBrowserError(f"{launch.path} does not start: {error.strerror or error}") from error
    try:
        session = await connect(await _port(profile, process))
        wanted = {"acceptInsecureCerts": launch.insecure, "unhandledPromptBehavior": {"default": "dismiss"}}
        begun = await session.command("session.new", capabilities={"alwaysMatch": wanted})
    except BaseException as error:
        await _end(process, profile)
        if isinstance(error, NoBrowserError) or not isinstance(error, Exception):
            raise
        raise NoBrowserError(f"{launch.path} cannot be driven: {error}") from error
    return Firefox(session, process, profile, launch, begun["capabilities"])


def _preferences(launch: Launch) -> dict[str, bool | int | str]:
    found = dict(_PREFERENCES)
    proxy = parse_url(launch.proxy) if launch.proxy else None
    if proxy is not None:
        found |= {
            "network.proxy.type": 1,
            "network.proxy.http": proxy.host,
            "network.proxy.http_port": proxy.port or 80,
            "network.proxy.ssl": proxy.host,
            "network.proxy.ssl_port": proxy.port or 80,
            "network.proxy.no_proxies_on": "",
            "network.proxy.allow_hijacking_localhost": True,
            "network.proxy.failover_direct": False,
        }
    if launch.user_agent:
        found["general.useragent.override"] = launch.user_agent
    return found


async def _port(profile: Path, process: asyncio.subprocess.Process) -> int:
    """Firefox writes down where it listens once it does."""
    for _ in range(_START_SECONDS * 10):
        with contextlib.suppress(OSError, ValueError, KeyError):
            return int(json.loads((profile / "WebDriverBiDiServer.json").read_text(encoding="utf-8"))["ws_port"])
        if process.returncode is not None:
            raise NoBrowserError(f"Firefox ended as it started (code {process.returncode})")
        await asyncio.sleep(0.1)
    raise NoBrowserError("Firefox does not open its remote port")


async def _end(process: asyncio.subprocess.Process, profile: Path) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _CLOSE_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    shutil.rmtree(profile, ignore_errors=True)


class Firefox:
    """A running Firefox; each visit has a user context of its own: no cookies, no cache, no storage of an earlier one."""

    def __init__(
        self,
        session: Session,
        process: asyncio.subprocess.Process,
        profile: Path,
        launch: Launch,
        about: dict[str, Any],
    ) -> None:
        self._session, self._process, self._profile, self._launch = session, process, profile, launch
        self._version = str(about.get("browserVersion", ""))
        self.user_agent = launch.user_agent or str(about.get("userAgent", ""))
        self.notes: tuple[str, ...] = ()
        self.opens_several = False

    async def close(self) -> None:
        """End the browser and throw its profile away."""
        await self._session.close()
        await _end(self._process, self._profile)

    async def visit(self, visit: Visit) -> Observation:
        """Open one page. Raises TargetError where it cannot be opened."""
        page = OpenPage(visit)
        context = (await self._session.command("browser.createUserContext"))["userContext"]
        try:
            tab = Tab(self._session, context, page, self._launch)
            await asyncio.wait_for(tab.run(), visit.timeout + _EXTRA_SECONDS)
            return page.observed("firefox", self._version)
        except TimeoutError as error:
            message = f"{excerpt(visit.target)} keeps the browser busy"
            raise TargetError(visit.target, "timeout", message, hint="raise --timeout if the page is slow") from error
        except BidiError as error:
            raise TargetError(visit.target, "browser", f"the browser cannot open it: {excerpt(str(error))}") from error
        finally:
            self._session.silence()
            with contextlib.suppress(Exception):
                await asyncio.wait_for(
                    self._session.command("browser.removeUserContext", userContext=context), _CLOSE_SECONDS
                )
