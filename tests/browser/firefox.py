"""Firefox as a live judge of cases, by WebDriver BiDi, or a skip that says why there is none."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.bidi import Bidi
from tests.browser.live import Site
from tests.browser.live_asker import Asker
from tests.browser.live_script import IN_EVERY_DOCUMENT

START_SECONDS = 40


def preferences(site: Site) -> dict[str, bool | int | str]:
    """Everything goes to the site, and nothing but CSP rewrites, blocks or reports."""
    return {
        "network.proxy.type": 1,
        "network.proxy.socks": "127.0.0.1",
        "network.proxy.socks_port": site.port,
        "network.proxy.socks_version": 5,
        "network.proxy.socks_remote_dns": True,
        "network.proxy.allow_hijacking_localhost": True,
        "network.proxy.failover_direct": False,
        "network.proxy.no_proxies_on": "",
        "network.security.ports.banned.override": "1-65535",
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "network.websocket.allowInsecureFromHTTPS": True,
        "network.http.max-persistent-connections-per-server": 32,
        "network.http.max-persistent-connections-per-proxy": 256,
        "security.mixed_content.block_active_content": False,
        "security.mixed_content.block_display_content": False,
        "security.mixed_content.upgrade_display_content": False,
        "security.csp.reporting.limit.count": 0,
        "dom.security.https_first": False,
        "dom.security.https_first_schemeless": False,
        "dom.timeout.enable_budget_timer_throttling": False,
        "dom.min_background_timeout_value": 4,
        "browser.safebrowsing.malware.enabled": False,
        "browser.safebrowsing.phishing.enabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "app.update.disabledForTesting": True,
        "app.normandy.enabled": False,
        "extensions.update.enabled": False,
        "services.settings.server": "data:,#no-remote-settings",
        "remote.active-protocols": 1,
    }


@contextlib.contextmanager
def firefox(path: str, site: Site) -> Iterator[Asker]:
    """An asker over a headless Firefox of its own, in a profile that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="csplint-firefox-", ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences(site).items()]
        (Path(profile) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            try:
                session = Bidi(_port(Path(profile)))
                yield Asker(site, _runner(session))
                session.close()
            finally:
                running.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    running.wait(10)
                running.kill()


def _port(profile: Path) -> int:
    """Firefox writes down where it listens once it does."""
    active = profile / "WebDriverBiDiServer.json"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError, KeyError):
            return int(json.loads(active.read_text(encoding="utf-8"))["ws_port"])
        time.sleep(0.1)
    raise TimeoutError("Firefox did not open its remote port")


def _runner(session: Bidi) -> Any:
    session.command("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
    tab = session.command("browsingContext.getTree", maxDepth=0)["contexts"][0]["context"]
    session.command("script.addPreloadScript", functionDeclaration=IN_EVERY_DOCUMENT)
    at = ""

    def run(url: str, expression: str) -> Any:
        nonlocal at
        if at != url:
            session.command("browsingContext.navigate", context=tab, url=url, wait="complete")
            at = url
        done = session.command("script.evaluate", expression=expression, target={"context": tab}, awaitPromise=True)
        if done["type"] != "success":
            raise RuntimeError(str(done["exceptionDetails"])[:500])
        return json.loads(done["result"]["value"])

    return run


def find() -> str | None:
    """The path of an installed Firefox."""
    return shutil.which("firefox-esr") or shutil.which("firefox")
