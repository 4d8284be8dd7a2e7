"""The addresses of the public site; tests outside the project rely on them."""

from django.urls import path

from .views import clinic, places, reading, search

app_name = "locator"

urlpatterns = [
    path("", search.home, name="home"),
    path("clinics/", search.clinic_search, name="clinic_search"),
    path("clinics.geojson", search.clinic_geojson, name="clinic_geojson"),
    path("clinics/<slug:slug>/", clinic.clinic_detail, name="clinic_detail"),
    path("places/", places.places, name="places"),
    path("telehealth-and-telemedicine/", reading.explainer, name="explainer"),
    path("about/", reading.about, name="about"),
]
