//! Holds what is written about the crates to what they are: `tests/manifests.rs` the front pages and the table of Rust
//! versions to every `Cargo.toml`, `tests/wire.rs` the evidence of `paytr-core` to its types.
