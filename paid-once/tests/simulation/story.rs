//! What buyers and the provider do with one order, drawn by chance.

use std::time::Duration;

use paid_once::*;

use crate::node::INQUIRE_AFTER;
use crate::world::World;

pub(crate) const PRICE: u64 = 3_456;
/// How long an unpaid order answers for the cart it was opened for: mostly less than it is asked about, sometimes more.
const REUSE_FOR: [Duration; 4] = {
    let short = Duration::from_millis(1_500);
    [short, short, short, Duration::from_secs(60)]
};

/// What happens to one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    Fails,
    FailsThenPays,
    PaysThenFails,
    /// The provider tells two successes with different totals.
    PaysTwoTotals,
    Pays,
    Leaves,
    /// The provider holds the money, for longer than other orders are asked about.
    IsHeld,
    /// While the shop gives the order up.
    PaysAtTheEnd,
    /// Only after the shop has given the order up.
    PaysLate,
    FailsLate,
    /// The shop's handler fails for it until the end.
    MeetsBrokenHandler,
    /// After a good success comes a message that no check would let pass.
    PaysThenOddly(Odd),
    /// The only success is one that a check refuses.
    IsRefused(Odd),
    /// Of an order that this shop never opened.
    FailsUnknown,
}

/// Why a check refuses a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odd {
    TooLittle,
    /// More than the exact price of an order without instalments.
    NotExact,
    AskedForLess,
    SurchargeTooHigh,
    OtherCurrency,
    IsTest,
    /// Nobody opened the order.
    UnknownOrder,
    /// Nothing like it happened at the provider.
    NeverHappened,
    /// The message does not say in which currency it was paid.
    Unreadable,
}

impl Odd {
    pub(crate) fn reason(self) -> ReviewReason {
        match self {
            Self::TooLittle | Self::NotExact | Self::AskedForLess => ReviewReason::AmountMismatch,
            Self::SurchargeTooHigh => ReviewReason::SurchargeTooHigh,
            Self::OtherCurrency => ReviewReason::CurrencyMismatch,
            Self::IsTest => ReviewReason::TestPayment,
            Self::UnknownOrder => ReviewReason::UnknownOrder,
            Self::NeverHappened => ReviewReason::ReadBackContradicted,
            Self::Unreadable => ReviewReason::UnreadableCurrency,
        }
    }

    pub(crate) fn payment(self, order: &OrderKey) -> Payment {
        let lira = |units| Payment::paid(order.clone(), Money::new(units, Currency::TRY));
        match self {
            Self::TooLittle => lira(PRICE - 1),
            Self::NotExact => lira(PRICE + 1),
            Self::AskedForLess => {
                lira(PRICE).with_requested(Some(Money::new(PRICE - 1, Currency::TRY)))
            }
            Self::SurchargeTooHigh => lira(PRICE * 10),
            Self::OtherCurrency => Payment::paid(order.clone(), Money::new(PRICE, Currency::USD)),
            Self::IsTest => lira(PRICE).with_mode(Mode::Test),
            Self::UnknownOrder | Self::NeverHappened | Self::Unreadable => lira(PRICE),
        }
    }

    /// The record that lets the next message pass, where a record is what is wrong.
    pub(crate) fn mended(self, payment: &Payment) -> Option<Expected> {
        match self {
            Self::IsTest | Self::NeverHappened | Self::Unreadable => None,
            _ => payment.requested.or(payment.total()).map(Expected::AtLeast),
        }
    }
}

/// What people do about a payment that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    Nobody,
    Mends,
    Delivers,
    /// The money goes back.
    TakesOut,
    Dismisses,
}

/// Everything that is drawn for one order.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) order: OrderKey,
    pub(crate) story: Story,
    pub(crate) payments: Vec<Payment>,
    pub(crate) person: Person,
    pub(crate) reuse_for: Duration,
}

impl Script {
    pub(crate) async fn drawn(world: &World, number: u64) -> Self {
        let order = OrderKey::new("100001", format!("ORDER{number}")).unwrap();
        let story = Story::drawn(world);
        let script = Self {
            payments: story.payments(&order),
            person: story.person(&order, world),
            reuse_for: REUSE_FOR[world.any(REUSE_FOR.len())],
            order,
            story,
        };
        if script.is_opened() {
            let opened = world.open(script.new_order(&script.order));
            assert_eq!(opened.await, Opened::New);
        }
        match story {
            Story::IsHeld => world.holds(&script.order),
            Story::IsRefused(Odd::Unreadable) => world.is_to_be_unreadable(&script.order),
            _ => {}
        }
        let mut book = world.book();
        for payment in script
            .payments
            .iter()
            .filter(|payment| script.is_good(payment))
        {
            book.allow(payment);
        }
        if !script.sent_paid() {
            book.allow(&Payment::failed(
                script.order.clone(),
                FailureReason::default(),
            ));
        }
        drop(book);
        if story == Story::MeetsBrokenHandler {
            world.breaks_handler(&script.order);
        }
        script
    }

    /// An order for this script's cart.
    pub(crate) fn new_order(&self, order: &OrderKey) -> NewOrder {
        let price = Money::new(PRICE, Currency::TRY);
        let expected = match self.story {
            Story::IsRefused(Odd::NotExact) => Expected::Exactly(price),
            _ => Expected::AtLeast(price),
        };
        NewOrder::new(order.clone(), expected)
            .with_inquire_after(INQUIRE_AFTER)
            .with_idempotency(Idempotency {
                key: self.order.order_id().to_owned(),
                fingerprint: [1; 32],
                reuse_for: self.reuse_for,
            })
    }

    /// Whether this shop opened the order.
    pub(crate) fn is_opened(&self) -> bool {
        !matches!(
            self.story,
            Story::FailsUnknown | Story::IsRefused(Odd::UnknownOrder)
        )
    }

    pub(crate) fn is_late(&self) -> bool {
        matches!(self.story, Story::PaysLate | Story::FailsLate)
    }

    /// The payment that a check refuses, if there is no other.
    pub(crate) fn refused(&self) -> Option<(Odd, &Payment)> {
        match self.story {
            Story::IsRefused(odd) => Some((odd, self.payments.first()?)),
            _ => None,
        }
    }

    /// Whether a handler may see a payment of this order without a person.
    fn is_good(&self, payment: &Payment) -> bool {
        match self.story {
            Story::IsRefused(_) => false,
            Story::PaysThenOddly(odd) => *payment != odd.payment(&self.order),
            _ => true,
        }
    }

    /// Whether it happened at the provider.
    pub(crate) fn is_true(&self) -> bool {
        self.story != Story::IsRefused(Odd::NeverHappened)
    }

    pub(crate) fn sent_paid(&self) -> bool {
        self.payments
            .iter()
            .any(|payment| payment.outcome.is_paid())
    }

    /// Whether the shop must have handed a success to its handler in the end.
    pub(crate) fn is_delivered(&self) -> bool {
        match self.story {
            Story::IsRefused(_) => matches!(self.person, Person::Mends | Person::Delivers),
            _ => self.sent_paid(),
        }
    }

    /// Whether the order must be paid in the end, delivered or taken out.
    pub(crate) fn is_paid(&self) -> bool {
        self.is_delivered() || self.person == Person::TakesOut
    }
}

impl Story {
    fn drawn(world: &World) -> Self {
        match world.below(40) {
            0..4 => Self::Fails,
            4..8 => Self::FailsThenPays,
            8..12 => Self::PaysThenFails,
            12..16 => Self::PaysTwoTotals,
            16..18 => Self::Leaves,
            // Seldom: what is late takes long.
            18 => Self::PaysLate,
            19 => Self::FailsLate,
            20..23 => Self::MeetsBrokenHandler,
            23..26 => Self::PaysThenOddly(Odd::drawn_for_known(world)),
            26 => Self::FailsUnknown,
            27 => Self::IsHeld,
            28 => Self::PaysAtTheEnd,
            29..36 => Self::IsRefused(Odd::drawn(world)),
            _ => Self::Pays,
        }
    }

    fn payments(self, order: &OrderKey) -> Vec<Payment> {
        let lira = |units| Payment::paid(order.clone(), Money::new(units, Currency::TRY));
        let paid = lira(PRICE);
        let failed = Payment::failed(order.clone(), FailureReason::default());
        match self {
            Self::Fails | Self::FailsLate | Self::FailsUnknown => vec![failed],
            Self::FailsThenPays | Self::MeetsBrokenHandler => vec![failed, paid],
            Self::PaysThenFails => vec![paid.clone(), paid, failed],
            Self::PaysTwoTotals => vec![paid, lira(PRICE + 120)],
            Self::Leaves => vec![],
            Self::PaysThenOddly(odd) => vec![paid, odd.payment(order)],
            Self::IsRefused(odd) => vec![odd.payment(order)],
            Self::Pays | Self::PaysLate | Self::PaysAtTheEnd | Self::IsHeld => vec![paid],
        }
    }

    fn person(self, order: &OrderKey, world: &World) -> Person {
        let Self::IsRefused(odd) = self else {
            return Person::Nobody;
        };
        match world.below(5) {
            0 => Person::Nobody,
            1 if odd.mended(&odd.payment(order)).is_some() => Person::Mends,
            1 | 2 => Person::Delivers,
            3 => Person::TakesOut,
            _ => Person::Dismisses,
        }
    }
}

impl Odd {
    fn drawn(world: &World) -> Self {
        match world.below(9) {
            0 => Self::NotExact,
            1 => Self::UnknownOrder,
            8 => Self::Unreadable,
            // Where nobody reads back it cannot be known.
            2 | 3 if world.reads_back_strictly() => Self::NeverHappened,
            _ => Self::drawn_for_known(world),
        }
    }

    /// Of an order that this shop opened, at a price that a surcharge may come on top of.
    fn drawn_for_known(world: &World) -> Self {
        match world.below(5) {
            0 => Self::TooLittle,
            1 => Self::AskedForLess,
            2 => Self::SurchargeTooHigh,
            3 => Self::OtherCurrency,
            _ => Self::IsTest,
        }
    }
}
