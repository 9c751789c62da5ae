//! paytr-axum
