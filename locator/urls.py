"""The addresses of the public site; tests outside the project rely on them."""

from django.urls import path

from .views import attest, browse, clinic, places, reading, report, search

app_name = "locator"

urlpatterns = [
    path("", search.home, name="home"),
    path("clinics/", search.clinic_search, name="clinic_search"),
    path("clinics.geojson", search.clinic_geojson, name="clinic_geojson"),
    path("map/", search.map_parts, name="map_parts"),
    path("clinics/<slug:slug>/", clinic.clinic_detail, name="clinic_detail"),
    path("clinics/<slug:slug>/report/", report.report, name="report"),
    path(
        "clinics/<slug:slug>/report/thanks/", report.report_thanks, name="report_thanks"
    ),
    path("clinics/<slug:slug>/mine/", report.report_mine, name="report_mine"),
    path("report/missing/", report.report_missing, name="report_missing"),
    path("report/thanks/", report.report_thanks, name="report_thanks"),
    path("attest/<str:token>/", attest.attest, name="attest"),
    path("compare/", clinic.compare, name="compare"),
    path("places/", places.places, name="places"),
    path("telehealth-and-telemedicine/", reading.explainer, name="explainer"),
    path("about/", reading.about, name="about"),
    path("browse/", browse.browse, name="browse"),
    path("browse/<str:country>/", browse.browse_country, name="browse_country"),
    path(
        "browse/<str:country>/<str:region>/",
        browse.browse_region,
        name="browse_region",
    ),
    path(
        "browse/<str:country>/<str:region>/<str:town>/",
        browse.browse_town,
        name="browse_town",
    ),
]
