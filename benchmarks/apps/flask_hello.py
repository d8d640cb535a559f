"""The greeting as a Flask application."""

from __future__ import annotations

from flask import Flask

from benchmarks.apps.plain import GREETING

app = Flask(__name__)
app.add_url_rule("/", "greet", GREETING.decode)
