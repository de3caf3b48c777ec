"""nginx, Apache, Caddy and PHP send what their recipes say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from csplint.servers.recipes.wanted import Recipe
from tests.recipes.running import (
    PLAIN,
    assert_exact,
    assert_nonced,
    block,
    blocks,
    fetched,
    free_port,
    nonced,
    page,
    plain,
    started,
    values,
)
from tests.required import missing, program
from tests.servers import HTML, Answer, serve


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as one:
        yield one


def nginx(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, binary = free_port(), program("nginx")
    module = Path("/usr/lib/nginx/modules/ngx_http_js_module.so")
    load = ""
    if scripts := blocks(made, "javascript"):
        if not module.exists():
            missing("libnginx-mod-http-js is not installed")
        load = f"load_module {module};"
        (folder / "csp.js").write_text(scripts[0].text)
        (folder / "index.html").write_text(page(block(made, "html")))
    else:
        (folder / "index.html").write_text(page("<script>"))
    *http, server = [each.text for each in blocks(made, "nginx")]
    inside = "\n".join(http).replace("/etc/nginx/njs/", f"{folder}/")
    (folder / "logo.css").write_text("a {}")
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text(
        f"{load}\npid {folder}/pid; error_log stderr; daemon off; user root;\nevents {{}}\nhttp {{ access_log off; types {{ text/html html; text/css css; }}\n{inside}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder};\n{server}\n}} }}\n"
    )
    command = [binary, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return stack.enter_context(started(command, folder, port))


def apache(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, binary = free_port(), program("apache2")
    modules = ["mpm_event", "authz_core", "dir", "mime", "headers", "include", "lua"]
    load = "\n".join(f"LoadModule {each}_module /usr/lib/apache2/modules/mod_{each}.so" for each in modules)
    site = block(made, "apache").replace("/etc/apache2/csp.lua", f"{folder}/csp.lua")
    tag = "<script>"
    if scripts := blocks(made, "lua"):
        (folder / "csp.lua").write_text(scripts[0].text)
        tag = block(made, "html")
    htdocs = folder / "site"
    htdocs.mkdir()
    (htdocs / "index.html").write_text(page(tag))
    (htdocs / "logo.css").write_text("a {}")
    inside, allow = site, "None"
    if made.name == "htaccess":
        (htdocs / ".htaccess").write_text(site)
        inside, allow = "", "FileInfo"
    for each in (folder, htdocs):
        each.chmod(0o755)
    (folder / "httpd.conf").write_text(
        f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n{load}\n"
        "TypesConfig /etc/mime.types\n"
        f"DocumentRoot {htdocs}\n<Directory {htdocs}>\nRequire all granted\nAllowOverride {allow}\n</Directory>\nDirectoryIndex index.html\n"
        f"<VirtualHost *:{port}>\n{inside}\n</VirtualHost>\n"
    )
    command = [binary, "-d", str(folder), "-f", str(folder / "httpd.conf"), "-D", "FOREGROUND"]
    return stack.enter_context(started(command, folder, port, {"APACHE_RUN_DIR": str(folder)}))


def caddy(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, binary = free_port(), program("caddy")
    htdocs = folder / "site"
    htdocs.mkdir()
    top, tag = "", "<script>"
    if pages := blocks(made, "html"):
        top, _, tag = pages[0].text.rpartition("\n")
    (htdocs / "index.html").write_text(page(tag, top))
    (htdocs / "logo.css").write_text("a {}")
    text = block(made, "caddyfile")
    (folder / "Caddyfile").write_text(
        f"{{\n admin off\n auto_https off\n}}\nhttp://127.0.0.1:{port} {{\nroot * {htdocs}\nfile_server\n{text}\n}}\n"
    )
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return stack.enter_context(
        started([binary, "run", "--config", "Caddyfile", "--adapter", "caddyfile"], folder, port, home)
    )


def php(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, binary = free_port(), program("php")
    texts = [each.text for each in blocks(made, "php")]
    (folder / "index.php").write_text(f"{texts[0]}\n{page(texts[1] if len(texts) > 1 else '<script>')}")
    return stack.enter_context(started([binary, "-S", f"127.0.0.1:{port}", "-t", str(folder)], folder, port))


STARTS = {"nginx": nginx, "apache": apache, "htaccess": apache, "caddy": caddy, "php": php}


@pytest.mark.parametrize("name", STARTS)
def test_the_policy_is_sent_character_for_character(name: str, tmp_path: Path, stack: ExitStack) -> None:
    assert_exact(STARTS[name](plain(name), tmp_path, stack), PLAIN)


@pytest.mark.parametrize("name", STARTS)
def test_report_only(name: str, tmp_path: Path, stack: ExitStack) -> None:
    url = STARTS[name](plain(name, report_only=True), tmp_path, stack)
    assert_exact(url, PLAIN, "Content-Security-Policy-Report-Only")
    assert values(fetched(url)[0], "Content-Security-Policy") == []


@pytest.mark.parametrize("name", ["nginx", "apache", "caddy", "php"])
def test_a_nonce_is_new_in_each_response(name: str, tmp_path: Path, stack: ExitStack) -> None:
    assert_nonced(STARTS[name](nonced(name), tmp_path, stack))


@pytest.mark.parametrize("name", ["nginx", "apache", "caddy"])
def test_with_a_nonce_other_files_may_be_stored(name: str, tmp_path: Path, stack: ExitStack) -> None:
    headers, _ = fetched(STARTS[name](nonced(name), tmp_path, stack) + "logo.css")
    assert values(headers, "Cache-Control") == []


@pytest.mark.parametrize("name", ["nginx", "apache"])
def test_error_pages_have_the_policy_too(name: str, tmp_path: Path, stack: ExitStack) -> None:
    assert_exact(STARTS[name](plain(name), tmp_path, stack) + "absent", PLAIN)


# ------------------------------------------------------------------ two senders

OWN = [HTML, ("Content-Security-Policy", "default-src 'none'")]


def test_caddy_replaces_what_the_application_sends(tmp_path: Path, stack: ExitStack) -> None:
    port, binary = free_port(), program("caddy")
    application = stack.enter_context(serve(Answer(headers=OWN, body=b"<p>")))
    proxy = f"reverse_proxy {application.url('').removeprefix('http://').rstrip('/')}"
    (tmp_path / "Caddyfile").write_text(
        f"{{\n admin off\n auto_https off\n}}\nhttp://127.0.0.1:{port} {{\n{proxy}\n{block(plain('caddy'), 'caddyfile')}\n}}\n"
    )
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    command = [binary, "run", "--config", "Caddyfile", "--adapter", "caddyfile"]
    assert_exact(stack.enter_context(started(command, tmp_path, port, home)), PLAIN)


def test_apache_replaces_what_the_application_sends(tmp_path: Path, stack: ExitStack) -> None:
    port, binary = free_port(), program("apache2")
    application = stack.enter_context(serve(Answer(headers=OWN, body=b"<p>")))
    modules = ["mpm_event", "authz_core", "headers", "proxy", "proxy_http"]
    load = "\n".join(f"LoadModule {each}_module /usr/lib/apache2/modules/mod_{each}.so" for each in modules)
    (tmp_path / "httpd.conf").write_text(
        f"ServerRoot {tmp_path}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {tmp_path}/pid\nErrorLog {tmp_path}/error.log\n"
        f"{load}\nProxyPass / {application.url('/')}\n{block(plain('apache'), 'apache')}\n"
    )
    command = [binary, "-d", str(tmp_path), "-f", str(tmp_path / "httpd.conf"), "-D", "FOREGROUND"]
    assert_exact(stack.enter_context(started(command, tmp_path, port)), PLAIN)


def test_nginx_sends_both_until_the_application_is_hidden(tmp_path: Path, stack: ExitStack) -> None:
    """As the note says, with the line that it gives."""
    port, binary = free_port(), program("nginx")
    application = stack.enter_context(serve(Answer(headers=OWN, body=b"<p>")))
    made = plain("nginx")
    hide = "proxy_hide_header Content-Security-Policy;"
    assert any(hide in note for note in made.notes)
    http, server = [each.text for each in blocks(made, "nginx")]
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; daemon off;\nevents {{}}\nhttp {{ access_log off;\n{http}\nserver {{ listen 127.0.0.1:{port};\n"
        f"{server}\nlocation / {{ {hide} proxy_pass {application.url('')}; }}\nlocation /both {{ proxy_pass {application.url('')}; }} }} }}\n"
    )
    url = stack.enter_context(
        started([binary, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], tmp_path, port)
    )
    assert_exact(url, PLAIN)
    assert sorted(values(fetched(f"{url}both")[0], "Content-Security-Policy")) == sorted(["default-src 'none'", PLAIN])
