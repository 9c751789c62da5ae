//! Payture payments for Rust shops: every command, and settlement that sees each payment once.
