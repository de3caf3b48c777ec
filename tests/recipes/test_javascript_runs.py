"""Express, helmet, Next.js, a Worker under workerd and an Edge Function send what their recipes say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from csplint.servers.recipes.registry import recipe
from csplint.servers.recipes.wanted import Recipe
from tests.recipes.running import (
    NODE,
    PLAIN,
    assert_exact,
    assert_nonced,
    block,
    blocks,
    fetched,
    free_port,
    node,
    nonce_of,
    nonced,
    page,
    plain,
    started,
    values,
)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as one:
        yield one


def module_folder(folder: Path) -> None:
    (folder / "node_modules").symlink_to(NODE.resolve() / "node_modules")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')


def express(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, binary = free_port(), node("express", "helmet")
    module_folder(folder)
    tags = blocks(made, "html")
    html = json.dumps(page(tags[0].text if tags else "<script>"))
    (folder / "app.js").write_text(
        f"import express from 'express';\nconst app = express();\n{block(made, 'javascript')}\n"
        f"const page = {html};\n"
        "app.get('/', (request, response) => response.send(page.replace('<%= cspNonce %>', response.locals.cspNonce)));\n"
        f"app.listen({port}, '127.0.0.1');\n"
    )
    return stack.enter_context(started([binary, "app.js"], folder, port))


@pytest.mark.parametrize("name", ["express", "helmet"])
def test_express_and_helmet_send_the_policy(name: str, tmp_path: Path, stack: ExitStack) -> None:
    """With directives without sources; without default-src, which helmet asks for."""
    wanted = PLAIN.replace("default-src 'self'; ", "") + "; object-src; upgrade-insecure-requests"
    headers, _ = fetched(express(recipe(name, wanted), tmp_path, stack))
    (policy,) = values(headers, "Content-Security-Policy")
    assert policy.replace("; ", ";") == wanted.replace("; ", ";")


@pytest.mark.parametrize("name", ["express", "helmet"])
def test_report_only(name: str, tmp_path: Path, stack: ExitStack) -> None:
    headers, _ = fetched(express(plain(name, report_only=True), tmp_path, stack))
    assert len(values(headers, "Content-Security-Policy-Report-Only")) == 1
    assert values(headers, "Content-Security-Policy") == []


@pytest.mark.parametrize("name", ["express", "helmet"])
def test_a_nonce_is_new_in_each_response(name: str, tmp_path: Path, stack: ExitStack) -> None:
    assert_nonced(express(nonced(name), tmp_path, stack), same=name == "express")


# ------------------------------------------------------------------ Next.js


def nextjs(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, binary = free_port(), node("next", "typescript")
    (folder / "package.json").write_text('{"private": true}')
    others = shutil.ignore_patterns("@cloudflare", "workerd", "miniflare", "@netlify", "*.map")
    shutil.copytree(NODE / "node_modules", folder / "node_modules", symlinks=True, copy_function=_link, ignore=others)
    (folder / "app").mkdir()
    layout = 'export default function Root({ children }: { children: any }) { return <html lang="en"><body>{children}</body></html>; }'
    if tsx := blocks(made, "tsx"):
        layout = tsx[0].text
        (folder / "proxy.ts").write_text(block(made, "typescript"))
    else:
        (folder / "next.config.ts").write_text(block(made, "typescript"))
    (folder / "app/layout.tsx").write_text(layout)
    (folder / "app/page.tsx").write_text("export default function Page() { return <p>Shop</p>; }\n")
    env = {"NEXT_TELEMETRY_DISABLED": "1", "CI": "1"}
    command = [binary, "node_modules/next/dist/bin/next"]
    built = subprocess.run(
        [*command, "build"], cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    return stack.enter_context(started([*command, "start", "-p", str(port), "-H", "127.0.0.1"], folder, port, env))


def _link(source: str, target: str) -> None:
    """A build wants its packages inside its folder; links save the copy, where both are on one disk."""
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def test_next_makes_a_nonce_in_proxy(tmp_path: Path, stack: ExitStack) -> None:
    url = nextjs(nonced("nextjs"), tmp_path, stack)
    assert_nonced(url)
    _, html = fetched(url)
    assert [tag for tag in re.findall(r"<script\b[^>]*>", html) if ' nonce="' not in tag] == []


def test_next_config_sends_the_policy(tmp_path: Path, stack: ExitStack) -> None:
    assert_exact(nextjs(plain("nextjs"), tmp_path, stack), PLAIN)


# ------------------------------------------------------------------ at the edge

MINIFLARE = """
import { Miniflare, Response } from "miniflare";
import { readFileSync } from "node:fs";
const html = readFileSync("page.html", "utf8");
const origin = () => new Response(html, { headers: {
  "content-type": "text/html; charset=utf-8", "etag": '"1"', "content-security-policy": "default-src 'none'" } });
const server = new Miniflare({ modules: true, scriptPath: "worker.js", port: PORT, host: "127.0.0.1", outboundService: origin,
  compatibilityDate: "2026-01-01" });
await server.ready;
"""

EDGE = """
import csp from "./csp.js";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
const html = readFileSync("page.html", "utf8");
createServer(async (request, response) => {
  const page = new Response(html, { headers: { "content-type": "text/html; charset=utf-8", etag: '"1"' } });
  const answer = await csp(new Request("http://localhost/"), { next: async () => page });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
}).listen(PORT, "127.0.0.1");
"""


def worker(made: Recipe, folder: Path, stack: ExitStack, tag: str) -> str:
    port, binary = free_port(), node("miniflare", "workerd")
    module_folder(folder)
    (folder / "worker.js").write_text(block(made, "javascript"))
    (folder / "page.html").write_text(page(tag))
    (folder / "run.js").write_text(MINIFLARE.replace("PORT", str(port)))
    return stack.enter_context(started([binary, "run.js"], folder, port))


@pytest.mark.parametrize("name", ["wordpress", "webflow", "squarespace", "wix"])
def test_a_worker_gives_every_script_the_nonce(name: str, tmp_path: Path, stack: ExitStack) -> None:
    url = worker(nonced(name), tmp_path, stack, "<script>")
    assert_nonced(url)
    assert values(fetched(url)[0], "ETag") == []


def test_the_worker_of_an_own_site_gives_it_to_the_tags_that_ask_for_it(tmp_path: Path, stack: ExitStack) -> None:
    url = worker(nonced("cloudflare"), tmp_path, stack, '<script>0</script><script nonce="">')
    headers, html = fetched(url)
    (policy,) = values(headers, "Content-Security-Policy")
    assert f'<script>0</script><script nonce="{nonce_of(policy)}">1</script>' in html


def test_a_worker_without_a_nonce_replaces_the_policy(tmp_path: Path, stack: ExitStack) -> None:
    assert_exact(worker(plain("wix"), tmp_path, stack, "<script>"), PLAIN)


def test_an_edge_function_of_netlify_fills_in_the_nonce(tmp_path: Path, stack: ExitStack) -> None:
    made, port, binary = nonced("netlify"), free_port(), node()
    module_folder_without_packages(tmp_path)
    (tmp_path / "csp.js").write_text(block(made, "javascript"))
    (tmp_path / "page.html").write_text(page(block(made, "html")))
    (tmp_path / "run.js").write_text(EDGE.replace("PORT", str(port)))
    assert_nonced(stack.enter_context(started([binary, "run.js"], tmp_path, port)))


def module_folder_without_packages(folder: Path) -> None:
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
