#!/usr/bin/env python3
"""Checks code that signs for PayTR against vectors.json. README.md says how. Python 3.8 or later, nothing to install."""

import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import sys

USAGE = "usage: check.py [--vectors FILE] [--only FORMULA,...] [COMMAND [ARGUMENT...]]\n       check.py --sign < JSON"


def message(case, order):
    """The text that is signed: the values in the order of the formula, with nothing between them."""
    values = {**case, **case["fields"]}
    if case["formula"] == "platform_transfer_result_hash":
        values["trans_ids"] = values["trans_ids"].replace("\\", "")
    return "".join(values[name] for name in order)


def sign(text, key):
    mac = hmac.new(key.encode(), text.encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def ask(command, case):
    """What the command prints; a text that is no token if it does not end well."""
    try:
        ran = subprocess.run(command, input=json.dumps(case).encode(), stdout=subprocess.PIPE)
    except OSError as error:
        stop(f"{command[0]} cannot be started: {error}")
    printed = ran.stdout.decode(errors="replace").strip()
    return printed if ran.returncode == 0 else f"exit code {ran.returncode}, {printed!r}"


def stop(text):
    print(text, file=sys.stderr)
    sys.exit(2)


def main(command):
    path, only = pathlib.Path(__file__).with_name("vectors.json"), None
    while command and command[0] in ("--vectors", "--only"):
        if len(command) < 2:
            stop(USAGE)
        path, only = (command[1], only) if command[0] == "--vectors" else (path, command[1].split(","))
        command = command[2:]
    file = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    formulas = {formula["id"]: formula for formula in file["formulas"]}
    if command == ["--sign"]:
        case = json.load(sys.stdin)
        return print(sign(message(case, formulas[case["formula"]]["message_order"]), case["merchant_key"]))
    if command and command[0].startswith("-"):
        stop(USAGE)
    for unknown in set(only or []) - set(formulas):
        stop(f"no formula {unknown}; there are: {', '.join(formulas)}")
    mistakes = {wrong["wrong_token"]: wrong["why_wrong"] for wrong in file["negative_vectors"]}
    checked = failed = 0
    for formula in (formulas[name] for name in only or formulas):
        for vector in formula["vectors"]:
            merchant = {**file["credentials"], **vector.get("credentials_override", {})}
            case = {"formula": formula["id"], "endpoint": formula["endpoint"], **merchant, "fields": vector["fields"]}
            text = message(case, formula["message_order"])
            got = ask(command, case) if command else sign(text, case["merchant_key"])
            checked += 1
            if got != vector["expected"] or text != vector["message"]:
                failed += 1
                print(f"WRONG {formula['id']}/{vector['name']}\n  got      {got}\n  expected {vector['expected']}")
                print(f"  of the text {vector['message']}")
                if got in mistakes:
                    print(f"  a known mistake: {mistakes[got]}")
    print(f"{checked - failed} of {checked} vectors agree")
    sys.exit(1 if failed or not checked else 0)


main(sys.argv[1:])
