//! The store on the shop's own table, on a real PostgreSQL.

mod conformance;
mod database;
mod orders;
mod undelivered;
