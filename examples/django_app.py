"""A few routes in Django, settings and all: `potstill examples.django_app:app`."""

from __future__ import annotations

import json

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost", "127.0.0.1"], USE_TZ=True)


def page(_: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Django</title><h1>Django on Potstill</h1>")


def echo(request: HttpRequest) -> JsonResponse:
    return JsonResponse(json.load(request), safe=False)


def upload(request: HttpRequest) -> JsonResponse:
    file = request.FILES["file"]
    return JsonResponse({"name": file.name, "size": file.size, "note": request.POST["note"]})


def stream(_: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse((f"line {number}\n" for number in range(5)), "text/plain")


def error(_: HttpRequest) -> HttpResponse:
    raise RuntimeError("raised on purpose")


urlpatterns = [path(view.__name__, view) for view in (echo, upload, stream, error)]
urlpatterns.append(path("", page))
app = get_wsgi_application()
