//! One verification against a bare HMAC-SHA256 of the same message, for a short order id and a long one.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use hmac::{Hmac, KeyInit, Mac};
use paytr_core::Keyring;
use paytr_core::callback::{PaymentCallbackRef, SignedFields};
use sha2::Sha256;

use bench::notifications::{KEY, SALT, credentials, notification, order_id};
use bench::stats::{quantile, spread};

const ROUNDS: usize = 201;
const PER_ROUND: u32 = 4_000;

fn main() -> Result<()> {
    println!("verification of one notification, {ROUNDS} rounds of {PER_ROUND}");
    for order_id in ["SIPARIS001", &order_id(1)] {
        compare(order_id)?;
    }
    Ok(())
}

fn compare(order_id: &str) -> Result<()> {
    let credentials = credentials()?;
    let keyed = Hmac::<Sha256>::new_from_slice(KEY.as_bytes())?;
    let notification = notification(&credentials, order_id);
    let body = notification.to_body();
    let hash = notification.fields().last();
    let hash = hash.map_or("", |(_, value)| value.as_str());
    let fields = SignedFields {
        merchant_oid: order_id.as_bytes(),
        status: b"success",
        total_amount: b"3456",
        hash: hash.as_bytes(),
    };
    let keyring = Keyring::new(credentials);
    let message = [order_id.as_bytes(), SALT.as_bytes(), b"success", b"3456"].concat();

    let bare = || {
        let mut mac = keyed.clone();
        mac.update(black_box(&message));
        black_box(mac.finalize());
    };
    let from_fields = || {
        let verdict = black_box(&fields).verify(black_box(&keyring));
        assert!(black_box(verdict).is_ok());
    };
    let from_body = || {
        let verdict = PaymentCallbackRef::verify(black_box(&keyring), black_box(body.as_bytes()));
        assert!(black_box(verdict).is_ok());
    };

    let [mut bare_ns, mut fields_ns, mut body_ns] = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        bare_ns.push(time(bare));
        fields_ns.push(time(from_fields));
        body_ns.push(time(from_body));
    }
    let ratios = |samples: &[f64]| -> Vec<f64> {
        let pairs = samples.iter().zip(&bare_ns);
        pairs.map(|(sample, bare)| sample / bare).collect()
    };
    let [mut fields_ratio, mut body_ratio] = [ratios(&fields_ns), ratios(&body_ns)];

    println!("an order id of {} characters", order_id.len());
    println!(
        "  bare HMAC-SHA256       {:7.0} ns",
        quantile(&mut bare_ns, 0.5)
    );
    println!(
        "  fields to verdict      {:7.0} ns   {} times bare (aim: at most 1.25)   {} allocations (aim: none)",
        quantile(&mut fields_ns, 0.5),
        spread(&mut fields_ratio, 2),
        allocations(from_fields),
    );
    println!(
        "  raw body to verdict    {:7.0} ns   {} times bare (aim: at most 1.50)   {} allocations (aim: none)",
        quantile(&mut body_ns, 0.5),
        spread(&mut body_ratio, 2),
        allocations(from_body),
    );
    Ok(())
}

/// Nanoseconds of one call.
fn time(call: impl Fn()) -> f64 {
    let start = Instant::now();
    for _ in 0..PER_ROUND {
        call();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(PER_ROUND)
}

fn allocations(call: impl Fn()) -> u64 {
    allocation_counter::measure(call).count_total
}
