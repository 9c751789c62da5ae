import json, os, sqlite3
from urllib.request import Request, urlopen
from flask import Flask, abort, redirect, request
from standardwebhooks import Webhook, WebhookVerificationError

RELAY, TOKEN, SECRET = (os.environ[name] for name in ("RELAY_URL", "SHOP_API_TOKEN", "SHOP_WEBHOOK_SECRET"))
webhook, app = Webhook(SECRET), Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
database = lambda: sqlite3.connect("shop.db")
database().executescript("""create table if not exists orders (merchant_oid text primary key, paid integer);
                            create table if not exists messages (webhook_id text primary key)""")

@app.get("/")
def shop():
    orders = database().execute("select merchant_oid, paid from orders order by rowid desc")
    lines = "".join(f"<p>{oid}: {paid} kuruş paid" for oid, paid in orders)
    return f"<form action=/buy method=post><button>Kalem, 129.90 TL</button></form>{lines}"

@app.post("/buy")
def buy():
    order = {"amount": 12990, "description": "Kalem", "buyer": {"email": "ayse@example.com",
             "name": "Ayşe Yılmaz", "address": "İzmir", "phone": "05001112233", "ip": request.remote_addr}}
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    opened = json.load(urlopen(Request(f"{RELAY}/orders", json.dumps(order).encode(), headers), timeout=30))
    with database() as db: db.execute("insert into orders values (?, 0)", [opened["merchant_oid"]])
    return redirect(opened["page_url"], 303)

@app.post("/paid")
def paid():
    try: message = webhook.verify(request.get_data(), dict(request.headers))
    except (WebhookVerificationError, ValueError):  # the library lets a ValueError through for a malformed header
        return "not from the relay", 401
    with database() as db:  # one transaction: remembered and booked, or neither
        first = db.execute("insert or ignore into messages values (?)", [request.headers["webhook-id"]]).rowcount
        booked = (message["data"].get("total"), message["data"].get("merchant_oid"))
        if first and message["type"] == "payment.paid" and not db.execute(
            "update orders set paid = paid + ? where merchant_oid = ?", booked).rowcount:
            abort(404)  # not taken: the relay goes on telling it
    return "", 204
