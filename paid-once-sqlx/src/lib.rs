//! paid-once-sqlx
