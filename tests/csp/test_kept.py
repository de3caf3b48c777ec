"""What is kept is given again, and never grows beyond its bounds: a page chooses what is in it."""

from __future__ import annotations

from csplint.csp.kept import Kept, keep


def test_a_text_is_read_once() -> None:
    read: list[str] = []

    def length(text: str) -> int:
        read.append(text)
        return len(text)

    kept = Kept(length, most=4, longest=5, altogether=100)
    assert [kept["abc"], kept["abc"], kept["longer"], kept["longer"]] == [3, 3, 6, 6]
    assert read == ["abc", "longer", "longer"]


def test_bounds_of_number_and_of_all_together() -> None:
    kept = Kept(len, most=4, longest=50, altogether=100)
    for number in range(40):
        assert kept[f"{number:03d}"] == 3
        assert len(kept) <= 4
    held = []
    for number in range(40):
        assert kept[f"{number:040d}"] == 40
        held.append(sum(map(len, kept)))
    assert set(held[4:]) == {40, 80}  # it is emptied, and filled again


def test_answers_are_bounded() -> None:
    known: dict[int, int] = {}
    assert [keep(known, number, number * 2) for number in range(1000)] == [number * 2 for number in range(1000)]
    assert 999 in known
    assert len(known) <= 256
