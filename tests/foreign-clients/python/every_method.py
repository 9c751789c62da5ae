"""Calls every method of PyPI `paytr-python` against a sandbox.

Usage: every_method.py BASE_URL_OF_THE_SANDBOX URL_WITH_THE_SHOPS_NOTIFICATIONS

The client is unchanged. Its addresses are constants that begin with https://www.paytr.com, so it is given
a session, which is an option of its own, that replaces that beginning and nothing else.
"""

import asyncio
import datetime
import inspect
import sys
import urllib.parse

import aiohttp
import paytr

PAYTR = "https://www.paytr.com"
BUYER = {
    "email": "ayse@example.com",
    "user_ip": "88.255.10.20",
    "user_name": "Ayşe Yılmaz",
    "user_address": "İzmir",
    "user_phone": "05001112233",
}
RETURNS = {
    "merchant_ok_url": "https://shop.example/ok",
    "merchant_fail_url": "https://shop.example/fail",
}
BASKET = [("Kalem", "18.00", 1), ("Defter", "16.56", 1)]


class SandboxSession:
    """Sends to the sandbox what is meant for PayTR. All that the client asks of a session is `post`."""

    def __init__(self, session, base_url):
        self.session, self.base_url = session, base_url

    def post(self, url, **options):
        if not url.startswith(PAYTR + "/"):
            raise AssertionError(f"not an address of PayTR: {url}")
        return self.session.post(self.base_url + url[len(PAYTR) :], **options)


class Run:
    def __init__(self, base_url, shop_url, client, http):
        self.base_url, self.shop_url = base_url, shop_url
        self.client, self.http = client, http
        self.called = set()

    async def call(self, name, /, *args, **kwargs):
        self.called.add(name)
        return await getattr(self.client, name)(*args, **kwargs)

    async def refused(self, code, name, /, *args, **kwargs):
        try:
            await self.call(name, *args, **kwargs)
        except paytr.PayTRAPIError as error:
            assert error.code == code, (error.code, error)
            return error
        raise AssertionError(f"{name} was not refused")

    async def control(self, path, body):
        """What a buyer does, by the control API of the sandbox."""
        async with self.http.post(f"{self.base_url}/_sandbox/{path}", json=body) as reply:
            assert reply.status == 200, (path, reply.status, await reply.text())

    async def told(self, test):
        """Waits for a notification of the shop."""
        deadline = asyncio.get_running_loop().time() + 20
        while asyncio.get_running_loop().time() < deadline:
            async with self.http.get(self.shop_url) as reply:
                bodies = await reply.json()
            for body in bodies:
                form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
                if test(form):
                    return form
            await asyncio.sleep(0.02)
        raise AssertionError("no such notification came")

    async def answered(self, oid):
        """Waits until the sandbox has read the shop's OK."""
        deadline = asyncio.get_running_loop().time() + 20
        while asyncio.get_running_loop().time() < deadline:
            async with self.http.get(f"{self.base_url}/_sandbox/orders/{oid}") as reply:
                if (await reply.json())["notification"] == "done":
                    return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{oid} was not acknowledged")


async def iframe(run):
    order = dict(merchant_oid="PY1", payment_amount="34.56", user_basket=BASKET, **BUYER, **RETURNS)
    opened = await run.call("create_iframe_token", **order)
    assert opened["iframe_url"] == f"{PAYTR}/odeme/guvenli/{opened['token']}", opened
    await run.refused("004", "status", "PY1")
    await run.control("orders/PY1/pay", {"card": "visa", "installments": 3})
    form = await run.told(lambda form: form.get("merchant_oid") == "PY1")
    callback = run.client.parse_callback(form)
    assert callback.is_success and callback.paid_minor_units == 3612, form
    seen = []
    run.called |= {"parse_callback"}
    body, status = await run.call("handle_callback", form, seen.append)
    assert (body, status) == ("OK", 200) and len(seen) == 1
    forged = {**form, "total_amount": "1"}
    assert (await run.call("handle_callback", forged, seen.append))[1] == 400

    await run.answered("PY1")
    status = await run.call("status", "PY1")
    assert status["payment_amount"] == "34.56" and status["payment_total"] == "36.12", status

    eft = {**order, "merchant_oid": "PY2", "payment_type": "eft", "user_name": "Ayşe Yılmaz"}
    opened = await run.call("create_iframe_token", **eft)
    assert opened["iframe_url"] == f"{PAYTR}/odeme/api/{opened['token']}", opened
    await run.control("orders/PY2/transfer", {"outcome": "too-little"})
    form = await run.told(lambda form: form.get("merchant_oid") == "PY2")
    assert run.client.parse_callback(form).failed_reason_code == "5", form


async def refunds(run):
    first = await run.call("refund", merchant_oid="PY1", return_amount="11.97", reference_no="R1")
    assert first["reference_no"] == "R1" and first["return_amount"] == "11.97", first
    await run.refused("009", "refund", merchant_oid="PY1", return_amount="100")
    rest = await run.call("refund", merchant_oid="PY1", return_amount="22.59")
    assert rest["is_test"] == "0", rest
    returns = (await run.call("status", "PY1"))["returns"]
    # The last one returns the surcharge, too: all that the buyer paid.
    assert [row["return_amount"] for row in returns] == ["11.97", "24.15"], returns


async def reports(run):
    turkey = datetime.timezone(datetime.timedelta(hours=3))
    today = datetime.datetime.now(turkey)
    start, end = (today - datetime.timedelta(days=1), today + datetime.timedelta(days=1))
    span = {"start_date": f"{start:%Y-%m-%d %H:%M:%S}", "end_date": f"{end:%Y-%m-%d %H:%M:%S}"}
    detail = await run.call("transaction_detail", **span)
    kinds = [(row["islem_tipi"], row["islem_tutari"]) for row in detail["list"]]
    assert kinds == [("S", "36.12"), ("I", "11.97"), ("I", "24.15")], kinds
    assert (await run.call("transaction_detail", **span, dummy=True))["list"]
    await run.refused(
        "204", "transaction_detail", start_date="2026-01-01 00:00:00", end_date="2026-01-05 00:00:00"
    )
    assert await run.call("payment_detail", f"{end:%Y-%m-%d}") == {}

    await run.control("clock/advance", {"seconds": 86_400})
    days = {"start_date": f"{start:%Y-%m-%d}", "end_date": f"{end:%Y-%m-%d}"}
    (paid,) = (await run.call("payment_statement", **days))["list"]
    assert (paid["sales"], paid["return"]) == ("36.12", "36.12"), paid
    rows = (await run.call("payment_detail", paid["date_paid"]))["list"]
    cents = [round(float(row["payment"]) * 100) for row in rows]
    assert sum(cents) == round(float(paid["net"]) * 100), (rows, paid)


async def links(run):
    link = await run.call(
        "create_payment_link",
        name="Defter", price="14.45", link_type="product", min_count=1, max_count=2,
        callback_link="https://shop.example/links", callback_id="LINK1", get_qr=True,
    )
    assert link["qr"].startswith("iVBOR"), "not a PNG"
    collection = await run.call(
        "create_payment_link",
        name="Aidat", price="100.00", link_type="collection", email="ayse@example.com",
    )
    buyer = {"user_name": "Ayşe Yılmaz", "email": "ayse@example.com", "count": "1"}
    async with run.http.post(link["link"] + "/pay", data=buyer, allow_redirects=False) as reply:
        assert reply.status == 303 and "/odeme/guvenli/" in reply.headers["location"], reply
    async with run.http.get(run.base_url + "/_sandbox/orders") as reply:
        oid = (await reply.json())[-1]["merchant_oid"]
    await run.control(f"orders/{oid}/pay", {"card": "mastercard"})
    form = await run.told(lambda form: form.get("callback_id") == "LINK1")
    callback = run.client.parse_callback(form)
    assert callback.merchant_oid == oid and callback.paid_minor_units == 1445, form
    for known in (link, collection):
        assert (await run.call("delete_payment_link", known["id"]))["status"] == "success"
    await run.refused(None, "delete_payment_link", link["id"])


async def cards(run):
    assert (await run.call("bin_detail", "97920303"))["schema"] == "TROY"
    await run.refused(None, "bin_detail", "400000")
    rates = await run.call("installment_rates", "rates1")
    assert rates["oranlar"]["bonus"]["taksit_12"] == 18.0, rates

    # The first payment is a form on the shop's page: a browser posts it, not the client.
    fields = {
        "merchant_id": run.client.merchant_id, "merchant_oid": "PY3", "payment_amount": "10.00",
        "payment_type": "card", "installment_count": "0", "currency": "TL", "test_mode": "0",
        "non_3d": "1", "cc_owner": "PAYTR TEST", "card_number": "4355084355084358",
        "expiry_month": "12", "expiry_year": "40", "cvv": "000", "store_card": "1",
        "user_basket": '[["Kalem","10.00",1]]', **BUYER, **RETURNS,
    }
    signed = ["merchant_id", "user_ip", "merchant_oid", "email", "payment_amount", "payment_type",
              "installment_count", "currency", "test_mode", "non_3d"]
    fields["paytr_token"] = run.client._token(*(fields[name] for name in signed))
    async with run.http.post(run.base_url + "/odeme", data=fields, allow_redirects=False) as reply:
        assert reply.headers["location"] == RETURNS["merchant_ok_url"], await reply.text()
    form = await run.told(lambda form: form.get("merchant_oid") == "PY3")
    utoken, ctoken = form["utoken"], form["ctoken"]

    (card,) = await run.call("list_cards", utoken)
    assert (card["ctoken"], card["last_4"], card["schema"]) == (ctoken, "4358", "VISA"), card
    charge = dict(utoken=utoken, ctoken=ctoken, payment_amount="5.00", user_basket=BASKET,
                  **BUYER, **RETURNS)
    assert (await run.call("recurring_payment", merchant_oid="PY4", **charge))["status"] == "success"
    again = await run.refused(None, "recurring_payment", merchant_oid="PY4", **charge)
    assert again.payload["try_again"] is False, again.payload
    assert (await run.call("delete_card", utoken=utoken, ctoken=ctoken))["status"] == "success"
    assert await run.call("list_cards", utoken) == []
    await run.refused(None, "delete_card", utoken=utoken, ctoken=ctoken)


async def main(base_url, shop_url):
    async with aiohttp.ClientSession() as http:
        client = paytr.PayTRClient.from_env(session=SandboxSession(http, base_url))
        run = Run(base_url, shop_url, client, http)
        for part in (iframe, refunds, reports, links, cards):
            await part(run)
        methods = inspect.getmembers(client, inspect.ismethod)
        offered = {name for name, _ in methods if not name.startswith("_")}
        missed = offered - run.called - {"aclose", "from_env"}
        assert not missed, f"not called: {sorted(missed)}"
        await client.aclose()
    print("every method works")


asyncio.run(main(*sys.argv[1:]))
