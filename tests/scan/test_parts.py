"""The parts of a scan on their own: what waits for which host, what was seen, what is judged the same everywhere."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from csplint.engine.inputs import UrlInput
from csplint.engine.run import RunOptions
from csplint.packs.merge import load_packs
from csplint.page.fetch.settings import FetchSettings
from csplint.scan.facts import facts_of_line
from csplint.scan.hosts import Hosts
from csplint.scan.judge import Job, JudgeSettings, judge
from csplint.scan.seen import Seen
from csplint.scan.sources import key_of
from tests.scan.recordings import visits


def test_hosts_take_turns_and_rest() -> None:
    hosts: Hosts[str] = Hosts(per_host=2, delay=10.0)
    for number in range(3):
        hosts.add("a", f"a{number}")
    hosts.add("b", "b0")
    assert [hosts.take(0.0), hosts.take(0.0), hosts.take(0.0)] == ["a0", "b0", None]
    assert hosts.next_time() == 10.0
    assert (hosts.take(10.0), hosts.take(10.0)) == ("a1", None)
    assert hosts.take(30.0) is None  # two of its pages are fetched already
    hosts.done("a", 30.0)
    hosts.pause("a", 50.0)
    assert hosts.take(30.0) is None
    hosts.add("a", "again", is_next=True)
    assert hosts.take(50.0) == "again"
    assert hosts.waiting == 1


@given(st.lists(st.sampled_from("abcde"), max_size=60), st.integers(1, 3), st.lists(st.booleans(), max_size=200))
def test_every_target_is_taken_once_and_no_host_has_more_than_its_share(
    names: list[str], per_host: int, ends: list[bool]
) -> None:
    hosts: Hosts[int] = Hosts(per_host)
    for number, name in enumerate(names):
        hosts.add(name, number)
    running: list[int] = []
    taken: list[int] = []
    for end in [*ends, *[True, False] * (2 * len(names) + 2)]:
        if end and running:
            hosts.done(names[running.pop(0)], 0.0)
        elif (found := hosts.take(0.0)) is not None:
            taken.append(found)
            running.append(found)
        assert all(sum(names[each] == name for each in running) <= per_host for name in "abcde")
    assert sorted(taken) == list(range(len(names)))


@given(st.lists(st.text(max_size=3)))
def test_seen_is_a_set(texts: list[str]) -> None:
    seen, known = Seen(), set[str]()
    for text in texts:
        assert (text in seen) == (text in known)
        assert seen.add(text) == (text not in known)
        known.add(text)
        assert len(seen) == len(known)


def test_seen_grows() -> None:
    seen = Seen()
    assert all(seen.add(str(number)) for number in range(20_000))
    assert not any(seen.add(str(number)) for number in range(20_000))


def test_addresses_are_the_same_in_their_standard_form() -> None:
    same = (
        "shop.example",
        "https://shop.example/",
        "HTTPS://Shop.Example:443/#top",
        "https://user:secret@shop.example",
    )
    assert len({key_of("url", each) for each in same}) == 1
    assert key_of("url", "http://shop.example/") != key_of("url", "https://shop.example/")
    assert key_of("file", "shop.example") != key_of("url", "shop.example")


def test_the_same_job_gives_the_same_bytes_after_a_trip_through_pickle() -> None:
    settings = JudgeSettings.of(load_packs(()), RunOptions())
    sent: JudgeSettings = pickle.loads(pickle.dumps(settings))
    for number in range(6):
        job = Job(UrlInput(f"https://shop{number}.example/", f"https://shop{number}.example/"), visits(number))
        here = judge(job, settings.checker())
        there = judge(pickle.loads(pickle.dumps(job)), sent.checker())
        assert here == there
        assert facts_of_line(here.line) == here.facts


def test_no_secret_reaches_a_worker() -> None:
    fetch = FetchSettings(headers=(("Authorization", "geheim"),), cookie_file="/geheim", proxy="http://a:geheim@proxy")
    settings = JudgeSettings.of(load_packs(()), RunOptions(fetch=fetch))
    assert b"geheim" not in pickle.dumps(settings)
