//! One verification against a bare HMAC-SHA256.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use hmac::{Hmac, KeyInit, Mac};
use paytr_core::callback::SignedFields;
use paytr_core::{Keyring, PaymentCallback};
use sha2::Sha256;

use bench::notifications::{KEY, SALT, credentials, notification, order_id};
use bench::stats::{quantile, spread};

const ROUNDS: usize = 41;
const PER_ROUND: u32 = 20_000;

fn main() -> Result<()> {
    let credentials = credentials()?;
    let keyed = Hmac::<Sha256>::new_from_slice(KEY.as_bytes())?;
    let order_id = order_id(1);
    let body = notification(&credentials, &order_id).to_body();
    let hash = notification(&credentials, &order_id);
    let hash = hash.fields().last().map_or("", |(_, value)| value.as_str());
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
        let verdict = PaymentCallback::verify(black_box(&keyring), black_box(body.as_bytes()));
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

    println!("verification of one notification, {ROUNDS} rounds of {PER_ROUND}");
    println!(
        "  bare HMAC-SHA256       {:7.0} ns",
        quantile(&mut bare_ns, 0.5)
    );
    let fields_median = quantile(&mut fields_ns, 0.5);
    println!(
        "  fields to verdict      {fields_median:7.0} ns   {} times bare (aim: at most 1.5)   {} allocations",
        spread(&mut fields_ratio, 2),
        allocations(from_fields),
    );
    let body_median = quantile(&mut body_ns, 0.5);
    println!(
        "  raw body to verdict    {body_median:7.0} ns   {} times bare (aim: at most 2.5)   {} allocations (aim: at most 2)",
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
