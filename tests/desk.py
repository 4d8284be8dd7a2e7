"""The desk as a curator drives it: open a page, change fields, send it back."""

from typing import Any

from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse


class Page:
    """A form page of the desk, filled in as the browser would send it back."""

    def __init__(self, client: Client, url: str) -> None:
        self.client, self.url = client, url
        self.open()

    def open(self) -> None:
        """Read the page as it is now."""
        self.sent: dict[str, Any] = {}
        # Not drawn: a test's client copies the context of each of hundreds of widgets.
        request = RequestFactory().get(self.url)
        request.user = self.client.person
        view = resolve(self.url)
        page = view.func(request, *view.args, **view.kwargs).context_data
        self.forms(page["adminform"].form)
        for inline in page.get("inline_admin_formsets", ()):
            self.forms(inline.formset.management_form, *inline.formset.forms)

    def forms(self, *forms) -> None:
        for bound in (bound for form in forms for bound in form):
            value = bound.value()
            # 0 is an answer; what is left empty is not sent.
            if value is not None and value is not False and value not in ([], ""):
                self.sent[bound.html_name] = value

    def add(self, prefix: str, **values: Any) -> None:
        """Fill in a new row of the inline `prefix`."""
        number = int(self.sent.get(f"{prefix}-TOTAL_FORMS", 0))
        self.sent[f"{prefix}-TOTAL_FORMS"] = number + 1
        self.sent.setdefault(f"{prefix}-INITIAL_FORMS", 0)
        for name, value in values.items():
            self.sent[f"{prefix}-{number}-{name}"] = value

    def delete(self, prefix: str, number: int = 0) -> None:
        self.sent[f"{prefix}-{number}-DELETE"] = "on"

    def save(self, **values: Any) -> HttpResponse:
        """Send the page with `values`; the answer is a redirect, or the page again."""
        sent = self.sent | values
        response = self.client.post(
            self.url, {name: value for name, value in sent.items() if value is not None}
        )
        if response.status_code == 302:
            self.open()
        return response


def change_url(thing) -> str:
    return reverse(f"admin:locator_{thing._meta.model_name}_change", args=[thing.pk])


def list_url(model) -> str:
    return reverse(f"admin:locator_{model._meta.model_name}_changelist")


def add_url(model) -> str:
    return reverse(f"admin:locator_{model._meta.model_name}_add")


def saved(response: HttpResponse) -> bool:
    """Whether the page was accepted; fails with what it said where it was not."""
    assert response.status_code == 302, complaints(response)
    return True


def complaints(response: HttpResponse) -> list[str]:
    """Every sentence of a page that was not accepted."""
    assert response.status_code == 200, response
    return [
        str(sentence)
        for said in response.context["errors"]
        for sentence in ([said] if isinstance(said, str) else said)
    ]


def told(response: HttpResponse) -> list[str]:
    """What the desk says on top of the page that follows."""
    return [str(message) for message in response.context["messages"]]
