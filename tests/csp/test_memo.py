"""What is kept is given again, and never grows beyond its bounds: a page chooses what is in it."""

from __future__ import annotations

from csplint.csp.memo import BoundedCache, memo, memo_property


class Thing:
    worked = 0

    @memo_property
    def length(self) -> int:
        self.worked += 1
        return 3


def test_a_text_is_read_once() -> None:
    read: list[str] = []

    def length(text: str) -> int:
        read.append(text)
        return len(text)

    kept = BoundedCache(length, most=4, longest=5, altogether=100)
    assert [kept["abc"], kept["abc"], kept["longer"], kept["longer"]] == [3, 3, 6, 6]
    assert read == ["abc", "longer", "longer"]


def test_bounds_of_number_and_of_all_together() -> None:
    kept = BoundedCache(len, most=4, longest=50, altogether=100)
    for number in range(40):
        assert kept[f"{number:03d}"] == 3
        assert len(kept) <= 4
    held = []
    for number in range(40):
        assert kept[f"{number:040d}"] == 40
        held.append(sum(map(len, kept)))
    assert set(held[4:]) == {40, 80}  # it is emptied, and filled again


def test_answers_about_one_thing_are_bounded() -> None:
    asked: list[int] = []

    @memo(key=lambda thing, number: (thing, number), most=8)
    def double(thing: Thing, number: int) -> int:
        asked.append(number)
        return number * 2

    thing = Thing()
    assert [double(thing, number) for number in range(100)] == [number * 2 for number in range(100)]
    assert max(len(known) for known in thing.__dict__.values()) <= 8
    assert (double(thing, 99), asked.count(99)) == (198, 1)
    assert (double(thing, 1), asked.count(1)) == (2, 2)


def test_an_attribute_is_worked_out_once() -> None:
    thing = Thing()
    assert (thing.length, thing.length, thing.worked) == (3, 3, 1)


def test_results_that_another_thread_drops_are_worked_out_again() -> None:
    """Lists of sources are shared by all threads. Here the other thread gets its turn between two look-ups."""

    class Owner:
        pass

    class Question:
        hashed = 0

        def __hash__(self) -> int:
            self.hashed += 1
            if self.hashed == 2:
                work(owner, "another")
            return 1

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Question)

    @memo(key=lambda owner, question: (owner, question), most=1)
    def work(owner: Owner, question: object) -> str:
        return "worked out"

    owner, asked = Owner(), Question()
    asked.hashed = 10
    work(owner, asked)
    assert work(owner, Question()) == "worked out"
