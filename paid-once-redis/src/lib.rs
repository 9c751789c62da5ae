//! An order ledger for paid-once on Redis: settlement in Lua scripts, on the server's clock.
