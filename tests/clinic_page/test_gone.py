from datetime import UTC, datetime

from locator import catalogues
from locator.clinic_page.gone import alternatives

NOW = datetime(2026, 4, 1, 15, tzinfo=UTC)
AT = (30.354, -97.7431)


def test_alternatives_are_few_and_for_the_same(db, make_clinic):
    gone = make_clinic(
        at=AT, status="withdrawn", withdrawn_reason="closed", specialties=("skin",)
    )
    for number in range(7):
        make_clinic(f"Skin {number}", at=AT, specialties=("skin",))
    make_clinic("Mind", at=AT)

    found = alternatives(gone, catalogues.current(), now=NOW)

    assert len(found) == 5
    assert {card.name[:4] for card in found} == {"Skin"}
    assert found[0].reasons[0] == "In person: less than a mile from there"


def test_no_distance_tells_where_a_clinic_was_that_asked_to_leave(db, make_clinic):
    gone = make_clinic(at=AT, status="withdrawn", withdrawn_reason="request")
    make_clinic("Near", at=AT)

    found = alternatives(gone, catalogues.current(), now=NOW)

    assert [card.name for card in found] == ["Near"]
    assert (found[0].km, found[0].distance) == (None, "")
    assert "from there" not in " ".join(found[0].reasons)
