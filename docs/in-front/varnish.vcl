vcl 4.1;

import directors;

# Varnish asks no second node when one refuses the connection, so it has to know before.
probe ready {
    .url = "/ready";
    .interval = 1s;
    .timeout = 1s;
    .window = 2;
    .threshold = 1;
    .initial = 1;
}

backend one {
    .host = "127.0.0.1";
    .port = "3001";
    .connect_timeout = 2s;
    # Above the shop's own limit for a handler.
    .first_byte_timeout = 60s;
    .probe = ready;
}

backend two {
    .host = "127.0.0.1";
    .port = "3002";
    .connect_timeout = 2s;
    .first_byte_timeout = 60s;
    .probe = ready;
}

sub vcl_init {
    new shop = directors.round_robin();
    shop.add_backend(one);
    shop.add_backend(two);
}

sub vcl_recv {
    # Replaces what the sender claims about its own address.
    set req.http.X-Forwarded-For = client.ip;
    set req.backend_hint = shop.backend();
    # Nothing of the purchase may be kept: orders, receipts, answers to PayTR.
    return (pass);
}
