"""Every address of the site: the locator's own, and the admin's.

`/healthz` and `/readyz` are answered before any of these, by `locator.health`.
"""

from django.urls import include, path

from locator.admin import site
from locator.brand import brand_css

urlpatterns = [
    path("admin/", site.urls),
    path("brand.css", brand_css, name="brand_css"),
    path("", include("locator.urls")),
]

handler400 = "locator.errors.bad_request"
handler500 = "locator.errors.server_error"
