"""The curator of `make load` fills in pages of the desk as a browser does."""

import pytest

from bench.curator import Form
from locator.models import User, Verification

from ..desk import change_url, complaints

pytestmark = pytest.mark.django_db

PAGE = """
<form id="other"><input name="not_ours" value="1"></form>
<form id="ours">
  <input name="text" value="a &amp; b"><input type="hidden" name="token" value="t">
  <input type="checkbox" name="ticked" checked><input type="checkbox" name="not">
  <input type="radio" name="way" value="1">
  <input type="radio" name="way" value="2" checked>
  <input type="submit" name="_save" value="Save"><input type="file" name="photo">
  <input name="rows-__prefix__-name" value="">
  <select name="first"><option value="x">X</option><option value="y">Y</option></select>
  <select name="chosen"><option value="x">X</option>
    <option value="y" selected>Y</option></select>
  <select name="many" multiple><option value="p" selected>P</option>
    <option value="q" selected>Q</option></select>
  <select name="none" multiple><option value="p">P</option></select>
  <textarea name="notes">
two
lines</textarea>
</form>
<input name="behind" value="1">
"""


def test_what_a_browser_would_send_is_read_off_the_form():
    form = Form("ours")

    form.feed(PAGE)

    assert form.fields == {
        "text": ["a & b"],
        "token": ["t"],
        "ticked": ["on"],
        "way": ["2"],
        "first": ["x"],
        "chosen": ["y"],
        "many": ["p", "q"],
        "notes": ["two\nlines"],
    }


def test_the_desk_takes_a_page_that_was_read_so(client, make_clinic):
    person = User.objects.create_superuser("ana")
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    clinic = make_clinic(covers=["US-TX"])
    form = Form("clinic_form")
    form.feed(client.get(change_url(clinic)).text)

    checked = {"verifications-0-checked": "all", "verifications-0-method": "phoned"}
    sent = form.fields | checked | {"verifications-TOTAL_FORMS": 1}
    response = client.post(change_url(clinic), sent)

    assert response.status_code == 302, complaints(response)
    assert Verification.objects.get().clinic == clinic
