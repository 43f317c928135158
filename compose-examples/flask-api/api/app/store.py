"""Access to the store, a web server that holds one text file."""

import os
from urllib.request import urlopen

STORE_URL = os.environ.get("STORE_URL", "http://localhost:8000")


def read_quotes() -> list[str]:
    """The quotes, one for each line of the store's file."""
    with urlopen(f"{STORE_URL}/quotes.txt", timeout=5) as response:
        return response.read().decode().splitlines()
