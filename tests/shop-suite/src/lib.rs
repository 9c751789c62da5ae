//! tests/shop-suite
