//! One verification against a bare HMAC-SHA256 of the same message, for a short order id and a long one.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use memchr::memchr;
use paytr_core::Keyring;
use paytr_core::callback::{PaymentCallbackRef, SignedFields};
use percent_encoding::percent_decode;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

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

    // By the crates that one would take, with nothing checked but the hash: no grammar, no mode, no second field.
    let least_from = |hash: &[u8]| {
        let mut mac = keyed.clone();
        for part in [order_id, SALT, "success", "3456"] {
            mac.update(black_box(part.as_bytes()));
        }
        let mut said = [0; 33];
        let length = STANDARD.decode_slice(hash, &mut said);
        let computed = mac.finalize().into_bytes();
        let said = said.first_chunk::<32>().filter(|_| length == Ok(32));
        assert!(said.is_some_and(|said| bool::from(computed.as_slice().ct_eq(said))));
    };
    let least_fields = || least_from(black_box(hash.as_bytes()));
    let least_body = || least_from(&plain_hash(black_box(body.as_bytes())));

    let [
        mut bare_ns,
        mut fields_ns,
        mut body_ns,
        mut least_fields_ns,
        mut least_body_ns,
    ] = [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        bare_ns.push(time(bare));
        fields_ns.push(time(from_fields));
        body_ns.push(time(from_body));
        least_fields_ns.push(time(least_fields));
        least_body_ns.push(time(least_body));
    }
    let ratios = |samples: &[f64]| -> Vec<f64> {
        let pairs = samples.iter().zip(&bare_ns);
        pairs.map(|(sample, bare)| sample / bare).collect()
    };
    let [mut fields_ratio, mut body_ratio] = [ratios(&fields_ns), ratios(&body_ns)];
    let [mut least_fields_ratio, mut least_body_ratio] =
        [ratios(&least_fields_ns), ratios(&least_body_ns)];

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
    println!(
        "  the hash alone, by the usual crates: from fields {} times bare, from a raw body {}",
        spread(&mut least_fields_ratio, 2),
        spread(&mut least_body_ratio, 2),
    );
    Ok(())
}

/// The hash of a body, decoded, with every pair taken apart on the way.
fn plain_hash(mut rest: &[u8]) -> [u8; 44] {
    let mut plain = [0; 44];
    while !rest.is_empty() {
        let (pair, after) = rest.split_at(memchr(b'&', rest).unwrap_or(rest.len()));
        rest = after.get(1..).unwrap_or_default();
        let (name, value) = pair.split_at(memchr(b'=', pair).unwrap_or(pair.len()));
        let value = black_box(value.get(1..).unwrap_or_default());
        if black_box(name) == b"hash" {
            for (byte, plain) in percent_decode(value).zip(&mut plain) {
                *plain = byte;
            }
        }
    }
    plain
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
