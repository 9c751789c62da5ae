/// A test card: what its number does. The code is `123`, any later date and any name will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestCard {
    number: &'static str,
    pub(super) acts: Acts,
}

/// At which step a card does something of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acts {
    Succeeds,
    Authenticates,
    Declines(&'static str),
    Fails(Step),
    Stalls(Step),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Block,
    Charge,
    Unblock,
    Refund,
}

const fn card(number: &'static str, acts: Acts) -> TestCard {
    TestCard { number, acts }
}

impl TestCard {
    /// The security code of every test card.
    pub const CODE: &'static str = "123";
    /// Succeeds at once.
    pub const SUCCESS: Self = card("4111111111100031", Acts::Succeeds);
    /// Succeeds after 3-D Secure.
    pub const THREE_DS: Self = card("4111111111111111", Acts::Authenticates);
    /// Not enough money.
    pub const AMOUNT_EXCEED: Self = card("3300000000000001", Acts::Declines("AMOUNT_EXCEED"));
    /// The issuer refuses the card for good.
    pub const BLOCKED: Self = card("4111111111100072", Acts::Declines("ISSUER_BLOCKED_CARD"));
    /// The issuer forbids the internet.
    pub const CARD_FAIL: Self = card("4111111111100080", Acts::Declines("ISSUER_CARD_FAIL"));
    /// `PROCESSING_ERROR` when the hold is charged.
    pub const CHARGE_ERROR: Self = card("4111111111100221", Acts::Fails(Step::Charge));
    /// `PROCESSING_ERROR` at a refund.
    pub const REFUND_ERROR: Self = card("4111111111102029", Acts::Fails(Step::Refund));
    /// The answer to a payment or a hold takes 40 s.
    pub const SLOW_BLOCK: Self = card("4100401111100062", Acts::Stalls(Step::Block));
    /// The answer to a charge takes 40 s.
    pub const SLOW_CHARGE: Self = card("4100401111100328", Acts::Stalls(Step::Charge));

    /// All cards that the fake knows.
    pub const ALL: &[Self] = &[
        Self::SUCCESS,
        Self::THREE_DS,
        Self::AMOUNT_EXCEED,
        Self::BLOCKED,
        Self::CARD_FAIL,
        Self::CHARGE_ERROR,
        Self::REFUND_ERROR,
        Self::SLOW_BLOCK,
        Self::SLOW_CHARGE,
        card("5218851946955484", Acts::Succeeds),
        card("4011111111111112", Acts::Succeeds),
        card("4111111111100023", Acts::Succeeds),
        card("4111111111111112", Acts::Succeeds),
        card("5486732058864471", Acts::Authenticates),
        card("2202208311110010", Acts::Authenticates),
        card("6390028880000000010", Acts::Authenticates),
        card("5500000000000004", Acts::Declines("FRAUD_ERROR")),
        card("6600000000000001", Acts::Declines("WRONG_CARD_INFO")),
        card("4400000000000008", Acts::Declines("WRONG_EXPIRE_DATE")),
        card("4111111111100056", Acts::Fails(Step::Block)),
        card("4111111111100627", Acts::Fails(Step::Unblock)),
        card("4100401111100724", Acts::Stalls(Step::Unblock)),
        card("4100401111103025", Acts::Stalls(Step::Refund)),
    ];

    /// The number.
    #[must_use]
    pub fn number(&self) -> &'static str {
        self.number
    }

    pub(super) fn find(number: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|card| card.number == number)
    }

    /// `411111xxxxxx0031`.
    pub(super) fn mask(&self) -> String {
        let first = self.number.get(..6).unwrap_or_default();
        let last = self.number.get(self.number.len() - 4..).unwrap_or_default();
        format!("{first}xxxxxx{last}")
    }

    /// Whether something goes wrong at this step.
    pub(super) fn fails_at(&self, step: Step) -> bool {
        self.acts == Acts::Fails(step)
    }

    pub(super) fn stalls_at(&self, step: Step) -> bool {
        self.acts == Acts::Stalls(step)
    }
}
