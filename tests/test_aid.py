from locator import catalogues
from locator.aid import aid_for


def numbers(helplines):
    return [each.number for each in helplines]


def test_who_helps_to_find_care_stands_first_after_the_crisis_line(db):
    aid = aid_for(catalogues.current(), "US-TX")

    assert numbers(aid.first_to_call)[0] == "988"
    assert "1-800-662-4357" in numbers(aid.first_to_call)
    assert "911" in numbers(aid.further)
    assert len(aid.first_to_call) + len(aid.further) == len(aid.helplines)


def test_where_nobody_but_the_emergency_helps_all_are_first(db):
    aid = aid_for(catalogues.current(), "DE")

    assert numbers(aid.first_to_call) == ["112", "0800 1110111"]
    assert aid.further == []


def test_a_country_without_data_has_nobody_to_call(db):
    aid = aid_for(catalogues.current(), "MN")

    assert aid.first_to_call == aid.further == []
