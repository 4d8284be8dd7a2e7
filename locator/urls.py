"""The addresses of the public site; tests outside the project rely on them."""

app_name = "locator"

urlpatterns = []
