import pytest

from locator.asking.questions import Answer, Question
from locator.pages.questions import described, narrowing


@pytest.mark.parametrize(
    ("facts", "attributes"),
    [
        ({}, ""),
        ({"help": "A town"}, ' aria-describedby="id_q_help"'),
        ({"errors": ("No.",)}, ' aria-invalid="true" aria-describedby="id_q_error"'),
        (
            {"help": "A town", "errors": ("No.",)},
            ' aria-invalid="true" aria-describedby="id_q_error id_q_help"',
        ),
    ],
)
def test_a_control_leads_to_its_errors_and_its_help(facts, attributes):
    question = Question(name="q", label="Name", kind="text", **facts)

    assert described(question) == attributes


def test_the_place_is_no_answer_that_narrows_the_list():
    place = Answer("place", "Where are you?", "Austin", "/clinics/")
    skin = Answer("specialty", "What for", "Skin", "/clinics/?place=Austin")

    assert narrowing([place, skin]) == [skin]
