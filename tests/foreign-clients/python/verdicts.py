"""What `paytr-python` says to notifications.

Usage: verdicts.py BODIES, a JSON list of bodies as they are posted. Prints its version and whether it takes each of
them.
"""

import asyncio
import json
import logging
import os
import sys
from importlib.metadata import version
from urllib.parse import parse_qsl

from paytr import PayTRClient

REPLIES = {200: True, 400: False}


async def main() -> None:
    # What it refuses, it logs.
    logging.disable(logging.CRITICAL)
    client = PayTRClient(
        merchant_id=os.environ["PAYTR_MERCHANT_ID"],
        merchant_key=os.environ["PAYTR_MERCHANT_KEY"],
        merchant_salt=os.environ["PAYTR_MERCHANT_SALT"],
    )
    takes = []
    for body in json.loads(sys.argv[1]):
        form = dict(parse_qsl(body, keep_blank_values=True))
        seen = []
        _, status = await client.handle_callback(form, seen.append)
        assert REPLIES[status] == bool(seen), (status, seen)
        takes.append(REPLIES[status])
    print(json.dumps({"paytr-python": {"version": version("paytr-python"), "takes": takes}}))


asyncio.run(main())
