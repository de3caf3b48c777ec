"""Django, django-csp, Rails and WordPress's plugin send what their recipes say."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from csplint.servers.recipes.registry import recipe
from csplint.servers.recipes.wanted import Recipe
from tests.recipes.running import (
    NONCED,
    PLAIN,
    assert_exact,
    assert_nonced,
    block,
    blocks,
    django_python,
    fetched,
    free_port,
    nonced,
    page,
    plain,
    started,
    values,
)
from tests.required import missing, program


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as one:
        yield one


# ------------------------------------------------------------------ Django

SETTINGS = """
SECRET_KEY = "test"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "site_urls"
INSTALLED_APPS = []
MIDDLEWARE = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["."], "OPTIONS": {"context_processors": [
    "django.template.context_processors.request"]}}]
"""
URLS = """
from django.shortcuts import render
from django.urls import path

urlpatterns = [path("", lambda request: render(request, "page.html"))]
"""
OTHERS = 'MIDDLEWARE += ["site_views.send_headers"]\n'


def django(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, python = free_port(), django_python("django", "csp")
    settings, *views = [each.text for each in blocks(made, "python")]
    tags = blocks(made, "html")
    if views:
        (folder / "site_views.py").write_text(views[0])
    (folder / "site_settings.py").write_text(f"{SETTINGS}\n{OTHERS if views else ''}{settings}\n")
    (folder / "site_urls.py").write_text(URLS)
    (folder / "page.html").write_text(page(tags[0].text if tags else "<script>"))
    env = {"DJANGO_SETTINGS_MODULE": "site_settings", "PYTHONPATH": str(folder)}
    command = [python, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
    return stack.enter_context(started(command, folder, port, env))


def parts(policy: str) -> set[str]:
    return set(policy.split("; "))


@pytest.mark.parametrize("name", ["django", "django-csp"])
def test_django_sends_the_policy(name: str, tmp_path: Path, stack: ExitStack) -> None:
    """With a directive without sources, and (django-csp) without default-src."""
    policy = (
        PLAIN.replace("default-src 'self'; ", "") + "; object-src; upgrade-insecure-requests; sandbox allow-scripts"
    )
    headers, _ = fetched(django(recipe(name, policy), tmp_path, stack))
    (sent,) = values(headers, "Content-Security-Policy")
    assert parts(sent) == parts(policy)


@pytest.mark.parametrize("name", ["django", "django-csp"])
def test_django_sends_report_only(name: str, tmp_path: Path, stack: ExitStack) -> None:
    headers, _ = fetched(django(plain(name, report_only=True), tmp_path, stack))
    (sent,) = values(headers, "Content-Security-Policy-Report-Only")
    assert parts(sent) == parts(PLAIN)
    assert values(headers, "Content-Security-Policy") == []


@pytest.mark.parametrize("name", ["django", "django-csp"])
def test_django_makes_a_nonce(name: str, tmp_path: Path, stack: ExitStack) -> None:
    assert_nonced(django(nonced(name), tmp_path, stack), same=name == "django")


# ------------------------------------------------------------------ Rails

RAILS = """
require "action_controller/railtie"
require "webrick"
require "rack/handler/webrick"

class Site < Rails::Application
  config.root = __dir__
  config.load_defaults 6.1
  config.eager_load = false
  config.secret_key_base = "test"
  config.hosts.clear
  config.logger = Logger.new($stderr)
end
load "csp.rb"
CONTROLLER
class PagesController < ApplicationController
  def show
    render inline: File.read("page.html.erb")
  end
end
Rails.application.initialize!
Rails.application.routes.draw { root to: "pages#show" }
Rack::Handler::WEBrick.run(Rails.application, Host: "127.0.0.1", Port: PORT)
"""


def rails(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, binary = free_port(), program("ruby")
    if subprocess.run(
        [binary, "-e", 'require "action_controller/railtie"'], capture_output=True, check=False
    ).returncode:
        missing("ruby-railties is not installed")
    initializer, *controllers = [each.text for each in blocks(made, "ruby")]
    views = blocks(made, "erb")
    (folder / "csp.rb").write_text(initializer)
    (folder / "page.html.erb").write_text(
        f"<!doctype html><html lang=en><title>Shop</title>{views[0].text if views else ''}</html>"
    )
    controller = controllers[0] if controllers else "class ApplicationController < ActionController::Base\nend"
    (folder / "site.rb").write_text(RAILS.replace("CONTROLLER", controller).replace("PORT", str(port)))
    return stack.enter_context(started([binary, "site.rb"], folder, port, {"RAILS_ENV": "production"}))


def test_rails_sends_the_policy(tmp_path: Path, stack: ExitStack) -> None:
    policy = PLAIN + "; object-src; upgrade-insecure-requests; report-to csp"
    assert_exact(rails(recipe("rails", policy), tmp_path, stack), policy)


def test_rails_sends_report_only(tmp_path: Path, stack: ExitStack) -> None:
    headers, _ = fetched(rails(plain("rails", report_only=True), tmp_path, stack))
    assert values(headers, "Content-Security-Policy-Report-Only") == [PLAIN]
    assert values(headers, "Content-Security-Policy") == []


def test_rails_makes_a_nonce(tmp_path: Path, stack: ExitStack) -> None:
    assert_nonced(rails(nonced("rails"), tmp_path, stack), same=False)


# ------------------------------------------------------------------ WordPress

WORDPRESS = """<?php
// The four functions of WordPress that the plugin and the theme use.
$hooks = [];
function add_action($name, $function) { add_filter($name, $function); }
function add_filter($name, $function) { global $hooks; $hooks[$name][] = $function; }
function run($name, ...$value) { global $hooks; foreach ($hooks[$name] ?? [] as $each) { $value = [$each(...$value)]; } return $value[0] ?? null; }
function wp_print_inline_script_tag($text, $attributes = []) {
    echo '<script';
    foreach (run('wp_inline_script_attributes', $attributes) as $name => $value) { echo " $name=\\"" . htmlspecialchars($value) . '"'; }
    echo ">$text</script>";
}
require 'csp.php';
run('send_headers');
?><!doctype html><html lang=en><title>Shop</title>"""


def wordpress(made: Recipe, folder: Path, stack: ExitStack) -> str:
    port, binary = free_port(), program("php")
    plugin, *theme = [each.text for each in blocks(made, "php")]
    (folder / "csp.php").write_text(plugin)
    (folder / "index.php").write_text(WORDPRESS + (theme[0] if theme else "") + "</html>")
    return stack.enter_context(started([binary, "-S", f"127.0.0.1:{port}", "-t", str(folder)], folder, port))


def test_a_plugin_sends_the_policy(tmp_path: Path, stack: ExitStack) -> None:
    assert_exact(wordpress(plain("wordpress"), tmp_path, stack), PLAIN)


def test_a_plugin_gives_scripts_the_nonce(tmp_path: Path, stack: ExitStack) -> None:
    assert_nonced(wordpress(nonced("wordpress"), tmp_path, stack))


def test_other_headers_are_sent_with_the_policy(tmp_path: Path, stack: ExitStack) -> None:
    others = [("Reporting-Endpoints", 'csp="/r?a=%20"')]
    headers, _ = fetched(rails(recipe("rails", NONCED, headers=others), tmp_path, stack))
    assert values(headers, "Reporting-Endpoints") == ['csp="/r?a=%20"']
    assert block(recipe("rails", NONCED, headers=others), "ruby", 1).count("Reporting-Endpoints") == 1
