//! paytr-sandbox
