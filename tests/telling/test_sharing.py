from urllib.parse import parse_qs, urlsplit

from locator.telling.sharing import message


def test_a_message_opens_as_a_text_and_as_mail_with_its_words_in():
    sent = message("Clinics & more\nhttps://x.example/?a=1&b=2", subject="50% of it")

    assert sent.text_url.startswith("sms:?&body=Clinics%20%26%20more%0Ahttps%3A%2F%2F")
    mail = urlsplit(sent.mail_url)
    assert (mail.scheme, mail.path) == ("mailto", "")
    assert parse_qs(mail.query) == {
        "subject": ["50% of it"],
        "body": ["Clinics & more\nhttps://x.example/?a=1&b=2"],
    }


def test_a_message_may_have_somebody_to_go_to():
    sent = message("Hello", number="+15125550100", email="a+b?x=1@c.example")

    assert sent.text_url == "sms:+15125550100?&body=Hello"
    assert sent.mail_url.startswith("mailto:a%2Bb%3Fx%3D1@c.example?subject=")
