import pytest
from django.urls import reverse, set_script_prefix
from django.utils.translation import override

from locator.paths import path_of, path_of_clinic


@pytest.mark.parametrize("language", ["en", "es", "hi"])
@pytest.mark.parametrize("prefix", ["/", "/below/"])
def test_a_path_is_that_of_the_language_and_of_where_the_site_is(language, prefix):
    with override(language):
        try:
            set_script_prefix(prefix)
            paths = [path_of("clinic_search"), path_of_clinic("juniper-2_-")]
            wanted = [
                reverse("locator:clinic_search"),
                reverse("locator:clinic_detail", args=["juniper-2_-"]),
            ]
        finally:
            set_script_prefix("/")

    assert paths == wanted
