-- KEYS: any, so that a cluster asks the node that has the ledger.
return { text(now()) }
