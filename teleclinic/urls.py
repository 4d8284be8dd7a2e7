"""Every address of the site: the locator's own, and the admin's.

`/healthz` and `/readyz` are answered before any of these, by `locator.health`.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from locator.admin import site
from locator.brand import brand_css
from locator.views.robots import robots_txt, sitemap, sitemap_part

urlpatterns = [
    path("admin/", site.urls),
    path("brand.css", brand_css, name="brand_css"),
    path("robots.txt", robots_txt, name="robots_txt"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<slug:part>.xml", sitemap_part, name="sitemap_part"),
    # Every page for visitors, once in each language: /clinics/, /es/clinics/, …
    *i18n_patterns(path("", include("locator.urls")), prefix_default_language=False),
]

handler400 = "locator.errors.bad_request"
handler500 = "locator.errors.server_error"
