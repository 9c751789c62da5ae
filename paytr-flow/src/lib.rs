//! paytr-flow
