"""The greeting as a Django application of one file, with the middleware that every site has."""

from __future__ import annotations

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.apps.plain import GREETING


def greet(request: HttpRequest) -> HttpResponse:
    """Answer a few bytes."""
    return HttpResponse(GREETING, content_type="text/plain")


urlpatterns = [path("", greet)]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a benchmark",
)
app = WSGIHandler()
