//! paytr-tower
