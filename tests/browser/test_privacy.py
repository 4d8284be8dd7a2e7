"""What a page does behind the reader's back: nothing."""

import pytest

PAGES = [
    "/",
    "/clinics/?place=Texas",
    "/clinics/clear-creek-care/",
    "/telehealth-and-telemedicine/",
    "/about/",
    "/nowhere/",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_its_own_host_alone_and_leaves_nothing(
    page, make_clinic, foreign_requests, complaints, address
):
    make_clinic(
        "Clear Creek Care",
        covers=["US-TX"],
        at=(30.27, -97.74),
        website="https://clear-creek.example/",
    )

    page.goto(address, wait_until="networkidle")

    assert foreign_requests == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    refused = [said for said in complaints if "404" not in said]
    assert refused == []


def test_a_page_that_asks_another_host_would_be_found(
    page, foreign_requests, complaints
):
    page.goto("/about/")

    page.evaluate("new Image().src = 'https://elsewhere.example/pixel.gif'")
    page.wait_for_timeout(200)

    assert foreign_requests == ["https://elsewhere.example/pixel.gif"] or any(
        "Content Security Policy" in said for said in complaints
    )
