"""
What is predicted from a program is what its framework sends.

Django 6 and django-csp 4 run in the Python that TESTS_DJANGO_PYTHON names (Django 6 needs Python 3.12), else in this one; helmet and
Express from tests/recipes/node, or the folder that TESTS_NODE_MODULES names; PHP and Rails' actionpack from the system.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from csplint.servers import javascript, php, python_code, ruby
from csplint.servers.source import STAND_IN, Server, apply_edits
from tests.required import missing, program

MODULES = Path(os.environ.get("TESTS_NODE_MODULES", Path(__file__).parents[1] / "recipes/node/node_modules"))


def run(command: list[str], code: str, folder: Path) -> str:
    done = subprocess.run(command, input=code, capture_output=True, text=True, cwd=folder, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def predicted(server: Server, code: str, nonce: str = "N") -> dict[str, list[str]]:
    """The values of each header."""
    made: dict[str, list[str]] = {}
    for response in server.read(code.encode(), lambda _path: None).responses:
        for sent in response.sent:
            assert sent.value is not None
            made.setdefault(sent.name.lower(), []).append(sent.value.text.replace(STAND_IN, nonce))
    return made


def widened(server: Server, code: str) -> str:
    """The program with one more source in each policy's script-src, and one more directive."""
    data = code.encode()
    for number in range(len(server.read(data, lambda _path: None).responses)):
        sent = server.read(data, lambda _path: None).responses[number].sent[0]
        assert sent.value is not None
        policy = re.sub(r"script-src\b(?!-)", "script-src https://new.example", sent.value.text) + "; worker-src blob:"
        edits = server.write(data, sent, policy)
        assert edits
        data = apply_edits(data, edits)
    return data.decode()


def parts(headers: dict[str, list[str]]) -> dict[str, list[set[str]]]:
    """Headers, without the order of directives."""
    return {name: [set(re.split(r"\s*;\s*", value)) for value in values] for name, values in headers.items()}


DJANGO = """
import json
import sys
from django.conf import settings
code = open("policy.py").read()
made = {}
exec(code, made)
settings.configure(
    SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF="urls", MIDDLEWARE=[sys.argv[1]],
    **{name: value for name, value in made.items() if name.isupper() and name not in ("SELF", "NONCE")},
)
import django
django.setup()
from django.test import Client
answer = Client().get("/")
print(json.dumps([answer.content.decode(), dict(answer.headers)]))
"""
URLS = """
from django.http import HttpResponse
from django.urls import path
def view(request):
    return HttpResponse(str(getattr(request, "_csp_nonce", None) or request.csp_nonce) if hasattr(request, "csp_nonce") else str(request._csp_nonce))
urlpatterns = [path("", view)]
"""

SETTINGS = [
    (
        "django.middleware.csp.ContentSecurityPolicyMiddleware",
        "django.utils.csp",
        "from django.utils.csp import CSP\n"
        'SECURE_CSP = {"default-src": [CSP.SELF], "script-src": [CSP.SELF, CSP.NONCE, "self"], "img-src": {"b", "a"},\n'
        '  "style-src": "x y", "upgrade-insecure-requests": True, "font-src": None, "media-src": []}\n'
        'SECURE_CSP_REPORT_ONLY = {"script-src": ("\'none\'",)}\n',
    ),
    (
        "csp.middleware.CSPMiddleware",
        "csp.constants",
        "from csp.constants import SELF, NONCE\n"
        'CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"script-src": [SELF, NONCE], "img-src": ["b", "a"], "x-src": ["y"],\n'
        '  "style-src": "x y", "upgrade-insecure-requests": True, "report-uri": "/r"}}\n',
    ),
]


@pytest.mark.parametrize("change", [False, True], ids=["as it is", "changed"])
@pytest.mark.parametrize(("middleware", "module", "code"), SETTINGS, ids=["Django", "django-csp"])
def test_django(middleware: str, module: str, code: str, change: bool, tmp_path: Path) -> None:
    python = os.environ.get("TESTS_DJANGO_PYTHON", sys.executable)
    if subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode:
        missing(f"{module} is not installed")
    code = widened(python_code.SERVER, code) if change else code
    (tmp_path / "policy.py").write_text(code)
    (tmp_path / "urls.py").write_text(URLS)
    (tmp_path / "run.py").write_text(DJANGO)
    nonce, headers = json.loads(run([python, "run.py", middleware], "", tmp_path))
    sent = {name.lower(): [value] for name, value in headers.items() if "security-policy" in name.lower()}
    expected = predicted(python_code.SERVER, code, nonce)
    assert parts(sent) == parts(expected)
    assert sent == expected or module == "csp.constants"  # django-csp sends directives in the order of a set


EXPRESS = """
import express from "express";
import helmet from "helmet";
const app = express();
app.use((req, res, next) => { res.locals.nonce = "N"; next(); });
%s
app.get("/", (req, res) => res.send("x"));
const server = app.listen(0, "127.0.0.1", async () => {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`);
  console.log(JSON.stringify([...answer.headers]));
  server.close();
});
"""
NODE = [
    "app.use(helmet());",
    "app.use(helmet({ contentSecurityPolicy: { directives: { scriptSrc: [\"'self'\", (req, res) => `'nonce-${res.locals.nonce}'`], styleSrc: null, 'img-src': 'a b' } } }));",
    "app.use(helmet.contentSecurityPolicy({ reportOnly: true, useDefaults: false, directives: { defaultSrc: [\"'self'\"], scriptSrc: ['x'] } }));",
    "app.use((req, res, next) => { res.setHeader('Content-Security-Policy', ['script-src \\'self\\'', \"img-src *\"].join('; ')); next(); });",
    "const csp = `\n  default-src 'self';\n  script-src 'nonce-${'N'}';\n`;\napp.use((req, res, next) => { res.set('Content-Security-Policy', csp.replace(/\\s{2,}/g, ' ').trim()); next(); });",
]  # fmt: skip


@pytest.mark.parametrize("change", [False, True], ids=["as it is", "changed"])
@pytest.mark.parametrize("code", NODE)
def test_node(code: str, change: bool, tmp_path: Path) -> None:
    node = program("node")
    if not (MODULES / "helmet").is_dir() or not (MODULES / "express").is_dir():
        missing("helmet and express are not installed")
    (tmp_path / "node_modules").symlink_to(MODULES.resolve())
    if change and code == NODE[0]:
        pytest.skip("nothing is written in the file")
    code = widened(javascript.SERVER, code) if change else code
    (tmp_path / "app.mjs").write_text(EXPRESS % code)
    answer = json.loads(run([node, "app.mjs"], "", tmp_path))
    sent = {name: [value] for name, value in answer if "security-policy" in name}
    assert sent == predicted(javascript.SERVER, code)


RAILS = """
require "action_controller"
require "json"
class Config
  def content_security_policy(&block) = @policy = ActionDispatch::ContentSecurityPolicy.new(&block)
  attr_accessor :content_security_policy_nonce_generator, :content_security_policy_nonce_directives
  attr_reader :policy
end
config = Config.new
%s
puts JSON.generate([config.policy.build(nil, "N", config.content_security_policy_nonce_directives || %%w(script-src style-src))])
"""


@pytest.mark.parametrize("change", [False, True], ids=["as it is", "changed"])
def test_rails(change: bool, tmp_path: Path) -> None:
    binary = program("ruby")
    if subprocess.run([binary, "-e", 'require "action_controller"'], capture_output=True, check=False).returncode:
        missing("Rails' actionpack is not installed")
    code = (
        "config.content_security_policy do |policy|\n"
        '  policy.default_src :self, :https\n  policy.script_src :self, "https://a.example", "self"\n'
        "  policy.img_src false\n  policy.upgrade_insecure_requests true\nend\n"
        "config.content_security_policy_nonce_generator = ->(request) { SecureRandom.base64(16) }\n"
    )
    code = widened(ruby.SERVER, code) if change else code
    sent = json.loads(run([binary, "-"], RAILS % code, tmp_path))
    assert parts({"content-security-policy": sent}) == parts(predicted(ruby.SERVER, code))


PHP = [
    "<?php header(\"Content-Security-Policy: script-src 'self' \" . 'b\\'c'); header('Content-Security-Policy-Report-Only: script-src x');",
    "<?php $p = implode('; ', ['script-src a', \"img-src \\x61\"]); header('Content-Security-Policy: ' . $p);",
    "<?php header('Content-Security-Policy: script-src a'); header('content-security-policy: script-src b');",
]


@pytest.mark.parametrize("code", PHP)
def test_php(code: str, tmp_path: Path) -> None:
    (tmp_path / "page.php").write_text(code)
    sent: dict[str, list[str]] = {}
    for line in run([program("php-cgi"), "page.php"], "", tmp_path).splitlines():
        name, _, value = line.partition(": ")
        if "security-policy" in name.lower():
            sent.setdefault(name.lower(), []).append(value)
    assert sent == predicted(php.SERVER, code)
