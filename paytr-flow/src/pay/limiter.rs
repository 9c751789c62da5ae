//! Whether a purchase may be started now: per buyer and in all, by the rates of [`PayLimit`].

use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota, RateLimiter};
use tokio::time::Instant;

use crate::pay_limit::{PayLimit, Rate};

/// What holds for a buyer unless the shop says otherwise: far above what a person does, and above what the
/// buyers behind one address of a mobile network do, and far below what a script does.
const PER_BUYER: PayLimit = PayLimit::new(20, Duration::from_secs(60));

/// The most that a rate counts. With the longest time it still fits the arithmetic of the limiter.
const MOST: u32 = 100_000;

const LONGEST: Duration = Duration::from_secs(86_400);

/// How often the log says at most that purchases are refused.
const SAY_EVERY: Duration = Duration::from_secs(60);

type Middleware = NoOpMiddleware<Duration>;
type PerBuyer = RateLimiter<u16, HashMapStateStore<u16>, FlowClock, Middleware>;
type InAll = RateLimiter<NotKeyed, InMemoryState, FlowClock, Middleware>;

/// The limits of one flow, in the memory of this process.
///
/// A buyer is one of 65 536 numbers that the address is hashed to, with a key of this process. That bounds the
/// memory (about 1 MB) without any clearing up, no address is kept, and two buyers who happen to share a number,
/// which nobody outside can bring about, share a rate that is far above what they need.
pub(crate) struct PayLimiter {
    clock: FlowClock,
    per_buyer: Option<PerBuyer>,
    /// Whether an address that is not one of the internet is a buyer.
    local_buyers: bool,
    in_all: Option<InAll>,
    numbers: RandomState,
    unsaid: Mutex<Unsaid>,
}

/// Which limit a purchase was above, and when there will be room again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany {
    pub(super) limit: &'static str,
    pub(super) retry_after: Duration,
}

impl TooMany {
    /// For `Retry-After`: rounded up, since coming back too early would only be told the same.
    pub(super) fn whole_seconds(self) -> u64 {
        let up = u64::from(self.retry_after.subsec_nanos() > 0);
        self.retry_after.as_secs().saturating_add(up).max(1)
    }
}

/// A limit that is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotARate;

impl PayLimiter {
    /// With `None` for buyers the default holds, and only for addresses of the internet: a private address is
    /// that of a proxy which is not trusted yet, or of a developer, and stands for any number of buyers.
    pub(crate) fn new(per_buyer: Option<PayLimit>, in_all: PayLimit) -> Result<Self, NotARate> {
        let clock = FlowClock(Instant::now());
        let per_buyer_quota = quota(per_buyer.unwrap_or(PER_BUYER))?;
        let in_all = quota(in_all)?;
        Ok(Self {
            clock,
            per_buyer: per_buyer_quota
                .map(|quota| PerBuyer::new(quota, HashMapStateStore::default(), clock)),
            local_buyers: per_buyer.is_some(),
            in_all: in_all.map(|quota| InAll::direct_with_clock(quota, clock)),
            numbers: RandomState::new(),
            unsaid: Mutex::default(),
        })
    }

    /// Counts one purchase of this buyer, or says which limit it is above.
    ///
    /// What a buyer may not start is not counted in all: one who floods takes nothing from the others.
    pub(super) fn admit(&self, buyer: IpAddr) -> Result<(), TooMany> {
        let buyer = network(buyer);
        let per_buyer = self.per_buyer.as_ref();
        if let Some(per_buyer) = per_buyer.filter(|_| self.local_buyers || is_public(buyer)) {
            let admitted = per_buyer.check_key(&self.number(buyer));
            admitted.map_err(|until| self.too_many("per buyer", &until))?;
        }
        if let Some(in_all) = &self.in_all {
            let admitted = in_all.check();
            admitted.map_err(|until| self.too_many("in all", &until))?;
        }
        Ok(())
    }

    fn too_many(&self, limit: &'static str, until: &NotUntil<Duration>) -> TooMany {
        let retry_after = until.wait_time_from(self.clock.now());
        if let Some(refused) = self.to_say() {
            tracing::warn!(
                limit,
                refused,
                "purchases are refused: there are too many. If they are all of one buyer, that may be a proxy \
                 that is not named as a trusted one"
            );
        }
        TooMany { limit, retry_after }
    }

    /// How many were refused since the log said so, if it is time to say it again.
    fn to_say(&self) -> Option<u64> {
        let mut unsaid = self.unsaid.lock().unwrap_or_else(PoisonError::into_inner);
        unsaid.refused = unsaid.refused.saturating_add(1);
        let now = Instant::now();
        let is_time = unsaid.said_at.is_none_or(|then| now - then >= SAY_EVERY);
        is_time.then(|| {
            unsaid.said_at = Some(now);
            std::mem::take(&mut unsaid.refused)
        })
    }

    fn number(&self, buyer: IpAddr) -> u16 {
        let hash = self.numbers.hash_one(buyer);
        // The remainder of a division by 2^16 fits.
        u16::try_from(hash % (1 << 16)).unwrap_or_default()
    }
}

#[derive(Default)]
struct Unsaid {
    said_at: Option<Instant>,
    refused: u64,
}

/// The time since the flow was made, by tokio's clock, which tests can pause.
#[derive(Debug, Clone, Copy)]
struct FlowClock(Instant);

impl Clock for FlowClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

fn quota(limit: PayLimit) -> Result<Option<Quota>, NotARate> {
    let Some(Rate {
        count,
        per,
        at_once,
    }) = limit.0
    else {
        return Ok(None);
    };
    let fits = (1..=MOST).contains(&count) && (1..=MOST).contains(&at_once);
    if !fits || !(Duration::from_millis(1)..=LONGEST).contains(&per) {
        return Err(NotARate);
    }
    let at_once = NonZeroU32::new(at_once).ok_or(NotARate)?;
    let quota = Quota::with_period(per / count).ok_or(NotARate)?;
    Ok(Some(quota.allow_burst(at_once)))
}

/// Who counts as one buyer: an IPv4 address, and the network of an IPv6 address, since a household or a server
/// has all 2^64 addresses of it.
fn network(buyer: IpAddr) -> IpAddr {
    match buyer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !0 << 64).into(),
    }
}

/// Whether an address can be that of a single buyer on the internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            // 100.64.0.0/10 is between carriers and their customers.
            let shared =
                u32::from(address) & 0xffc0_0000 == u32::from(Ipv4Addr::new(100, 64, 0, 0));
            let local = address.is_private() || address.is_loopback() || address.is_link_local();
            !(shared || local || address.is_unspecified())
        }
        IpAddr::V6(address) => {
            // The network of ::1 is that of ::.
            let local = address.is_unique_local() || address.is_unicast_link_local();
            !(local || address.is_unspecified() || address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "203.0.113.9";
    const B: &str = "203.0.113.10";
    const HOUR: Duration = Duration::from_secs(3_600);

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn per_buyer(limit: PayLimit) -> PayLimiter {
        PayLimiter::new(Some(limit), PayLimit::NONE).unwrap()
    }

    /// How many of this buyer's purchases are admitted now, of at most a thousand.
    fn admitted(limiter: &PayLimiter, buyer: &str) -> usize {
        let buyer = ip(buyer);
        (0..1_000)
            .take_while(|_| limiter.admit(buyer).is_ok())
            .count()
    }

    /// Another buyer whose number is not that of the first.
    fn stranger(limiter: &PayLimiter, known: &str) -> String {
        let numbers = (1..=254).map(|last| format!("198.51.100.{last}"));
        let known = limiter.number(ip(known));
        let mut others = numbers.filter(|other| limiter.number(ip(other)) != known);
        others.next().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_buyer_has_so_many_at_once_and_one_more_after_each_share_of_the_time() {
        let limiter = per_buyer(PayLimit::new(20, Duration::from_secs(60)).at_once(10));
        assert_eq!(admitted(&limiter, A), 10);
        let refused = limiter.admit(ip(A)).unwrap_err();
        assert_eq!(
            (refused.limit, refused.retry_after),
            ("per buyer", Duration::from_secs(3))
        );
        tokio::time::advance(Duration::from_millis(2_999)).await;
        let refused = limiter.admit(ip(A)).unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_millis(1));
        assert_eq!(refused.whole_seconds(), 1);
        tokio::time::advance(refused.retry_after).await;
        assert_eq!(admitted(&limiter, A), 1);
        tokio::time::advance(HOUR).await;
        assert_eq!(admitted(&limiter, A), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_back_when_told_is_admitted() {
        let limiter = per_buyer(PayLimit::new(7, Duration::from_secs(60)));
        assert_eq!(admitted(&limiter, A), 7);
        for _ in 0..20 {
            let refused = limiter.admit(ip(A)).unwrap_err();
            let seconds = refused.whole_seconds();
            assert!(Duration::from_secs(seconds) >= refused.retry_after);
            assert!(Duration::from_secs(seconds - 1) < refused.retry_after);
            tokio::time::advance(Duration::from_secs(seconds)).await;
            assert_eq!(limiter.admit(ip(A)), Ok(()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_buyer_who_floods_takes_nothing_from_the_others() {
        let limits = (PayLimit::new(2, HOUR), PayLimit::new(5, HOUR));
        let limiter = PayLimiter::new(Some(limits.0), limits.1).unwrap();
        assert_eq!(admitted(&limiter, A), 2);
        for _ in 0..100 {
            assert_eq!(limiter.admit(ip(A)).unwrap_err().limit, "per buyer");
        }
        let other = stranger(&limiter, A);
        assert_eq!(admitted(&limiter, &other), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn all_buyers_together_have_one_limit() {
        let limiter = PayLimiter::new(Some(PayLimit::NONE), PayLimit::new(3, HOUR)).unwrap();
        for buyer in [A, B, "2001:db8::1"] {
            assert_eq!(limiter.admit(ip(buyer)), Ok(()));
        }
        let refused = limiter.admit(ip("192.0.2.77")).unwrap_err();
        assert_eq!((refused.limit, refused.retry_after), ("in all", HOUR / 3));
    }

    #[tokio::test(start_paused = true)]
    async fn an_ipv6_network_of_64_bits_is_one_buyer_and_a_mapped_address_is_the_ipv4_one() {
        let limiter = per_buyer(PayLimit::new(1, HOUR));
        let first = "2001:db8:1:2::1";
        assert_eq!(limiter.admit(ip(first)), Ok(()));
        assert!(
            limiter
                .admit(ip("2001:db8:1:2:ffff:ffff:ffff:ffff"))
                .is_err()
        );
        assert_eq!(network(ip("2001:db8:1:3::1")), ip("2001:db8:1:3::"));
        assert_ne!(network(ip(first)), network(ip("2001:db8:1:3::1")));
        assert_eq!(network(ip("::ffff:203.0.113.9")), ip(A));
        assert_ne!(network(ip(A)), network(ip(B)));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_setting_only_addresses_of_the_internet_are_buyers() {
        let limiter = || PayLimiter::new(None, PayLimit::NONE).unwrap();
        for buyer in [A, "2001:db8::1", "100.128.0.1", "172.32.0.1"] {
            assert_eq!(admitted(&limiter(), buyer), 20, "{buyer}");
        }
        for many in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert_eq!(admitted(&limiter(), many), 1_000, "{many}");
        }
        let set = per_buyer(PayLimit::new(20, HOUR));
        assert_eq!(admitted(&set, "127.0.0.1"), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_from_any_number_of_addresses_keeps_the_memory_bounded() {
        let limiter = per_buyer(PayLimit::new(1, HOUR));
        for bits in 0..300_000_u32 {
            let _ = limiter.admit(Ipv4Addr::from_bits(0xc000_0000 + bits).into());
        }
        let kept = limiter.per_buyer.as_ref().unwrap().len();
        assert!((60_000..=65_536).contains(&kept), "{kept}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_is_told_at_once_and_then_once_a_minute_how_many() {
        let limiter = per_buyer(PayLimit::new(1, HOUR));
        assert_eq!(limiter.to_say(), Some(1));
        for _ in 0..500 {
            assert_eq!(limiter.to_say(), None);
        }
        tokio::time::advance(SAY_EVERY).await;
        assert_eq!(limiter.to_say(), Some(501));
        assert_eq!(limiter.to_say(), None);
    }

    #[test]
    fn the_largest_rates_fit_and_what_is_none_is_refused() {
        let largest = PayLimit::new(1, LONGEST).at_once(MOST);
        for limit in [largest, PayLimit::new(MOST, Duration::from_millis(1))] {
            let limiter = PayLimiter::new(Some(limit), limit).unwrap();
            assert_eq!(limiter.admit(ip(A)), Ok(()), "{limit:?}");
        }
        for wrong in [
            PayLimit::new(0, HOUR),
            PayLimit::new(MOST + 1, HOUR),
            PayLimit::new(1, Duration::ZERO),
            PayLimit::new(1, LONGEST + Duration::from_nanos(1)),
            PayLimit::new(1, HOUR).at_once(0),
            PayLimit::new(1, HOUR).at_once(MOST + 1),
        ] {
            assert!(
                PayLimiter::new(Some(wrong), PayLimit::NONE).is_err(),
                "{wrong:?}"
            );
            assert!(PayLimiter::new(None, wrong).is_err(), "{wrong:?}");
        }
    }
}
