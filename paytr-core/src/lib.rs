//! paytr-core
