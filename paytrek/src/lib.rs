//! Paytrek payments for Rust shops: every resource, and settlement that sees each payment once.
