"""Which recipe fits a page, and the evidence for it."""

from __future__ import annotations

from csplint.page.platforms import SIGNS
from csplint.servers.recipes.guess import RECIPES, guess
from csplint.servers.recipes.registry import SERVERS


def test_the_innermost_platform_comes_first() -> None:
    headers = [("Server", "cloudflare"), ("X-Powered-By", "Next.js")]
    assert [(each.name, each.evidence) for each in guess(("Cloudflare", "Next.js"), headers)] == [
        ("nextjs", "the response has X-Powered-By: Next.js"),
        ("cloudflare", "the response has Server: cloudflare"),
    ]


def test_a_mark_in_the_page_is_said_to_be_there() -> None:
    (one,) = guess(("Webflow",), [("Server", "other")])
    assert (one.name, one.title, one.evidence) == ("webflow", "Webflow", "the page's HTML has marks of Webflow")


def test_a_cookie_is_not_repeated() -> None:
    (one,) = guess(("Express",), [("Set-Cookie", "connect.sid=secret")])
    assert one.evidence == "the response has Set-Cookie"


def test_a_long_value_is_cut() -> None:
    (one,) = guess(("PHP",), [("X-Powered-By", "PHP/8" + "x" * 500)])
    assert len(one.evidence) < 120


def test_nothing_is_guessed_without_a_mark() -> None:
    assert guess(()) == ()
    assert guess(("Shopify", "CloudFront")) == ()


def test_every_recipe_that_is_guessed_exists_for_a_platform_that_is_recognised() -> None:
    assert set(RECIPES.values()) <= set(SERVERS)
    assert set(RECIPES) <= {sign.platform for sign in SIGNS}
