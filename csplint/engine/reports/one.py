"""What one report needs: for a report that somebody asks about, without a file of others."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.csp.url import parse_url
from csplint.engine.reports.candidate import parsed
from csplint.engine.reports.groups import Group, blocked_of, page_of
from csplint.engine.reports.model import Explained, Need
from csplint.engine.reports.needs import advice, with_page
from csplint.engine.reports.request import Blocked, blocks, policies_of, request_of, without_nonces
from csplint.engine.reports.vendor_hosts import VendorHosts
from csplint.messages.message import Message
from csplint.packs.merge import PackSet


def need_of(message: Message, packs: PackSet) -> tuple[Need, Explained]:
    """
    What a report needs, and whether the policy in it blocks what it is about ("unknown" if it carries none).

    message: of kind "csp".
    """
    vendors = VendorHosts(packs)
    what = Blocked(message.directive, blocked_of(message.blocked), message.code, page_of(message.page))
    source = parse_url(message.source_file) if message.source_file else None
    group = Group(what, message.disposition, 0, whole=True, reports=1, sample=message.sample, browsers={})
    group.is_vendors = source is not None and vendors.is_vendors(source)
    text = without_nonces(message.policy)
    need = advice(packs, vendors, group, parsed(text)).need
    policies = policies_of(text, message.page, message.browser)
    explained = blocks(policies, what, request_of(what)) if policies.policies else "unknown"
    return replace(need, text=with_page(need.text, what.page), reports=1, pages=1), explained
