"""The addresses of the public site; tests outside the project rely on them."""

from django.urls import path

from . import views

app_name = "locator"

urlpatterns = [
    path("", views.home, name="home"),
    path("clinics/", views.clinic_search, name="clinic_search"),
    path("clinics.geojson", views.clinic_geojson, name="clinic_geojson"),
    path("clinics/<slug:slug>/", views.clinic_detail, name="clinic_detail"),
    path("telehealth-and-telemedicine/", views.explainer, name="explainer"),
    path("about/", views.about, name="about"),
    path("robots.txt", views.robots_txt, name="robots_txt"),
]
