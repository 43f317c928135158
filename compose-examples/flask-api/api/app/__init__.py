"""A small API: a greeting of its own, and the quotes of the store."""

import random

from flask import Flask

from .message import MESSAGE
from .store import read_quotes


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def greeting():
        return f"{MESSAGE}\n", {"Content-Type": "text/plain; charset=utf-8"}

    @app.get("/quotes")
    def quotes():
        return read_quotes()

    @app.get("/quotes/random")
    def random_quote():
        return {"quote": random.choice(read_quotes())}

    return app
