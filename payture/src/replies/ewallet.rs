use std::fmt;

use crate::answer::{Answer, AnswerError, DecodeError, Element};
use crate::values::CardId;

/// A card that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddedCard {
    /// Its id.
    pub card_id: CardId,
    /// The whole answer, with the mask in `CardName`.
    pub answer: Answer,
}

impl AddedCard {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        let id = answer
            .get("CardId")
            .ok_or(DecodeError::Missing { name: "CardId" })?;
        Ok(Self {
            card_id: CardId::new(id).map_err(|_| DecodeError::Value { name: "CardId" })?,
            answer,
        })
    }

    /// The card's mask, such as `411111xxxxxx1112`.
    #[must_use]
    pub fn mask(&self) -> Option<&str> {
        self.answer.get("CardName")
    }
}

/// A card that was activated, removed, or told its code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardChange {
    /// The whole answer.
    pub answer: Answer,
}

impl CardChange {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        Ok(Self { answer })
    }
}

/// The cards of a customer: at most 20, the most recently used first, without removed and expired ones.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardList {
    /// The cards.
    pub cards: Vec<StoredCard>,
    /// The whole answer.
    pub answer: Answer,
}

impl CardList {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        let items = answer
            .children()
            .iter()
            .filter(|child| child.name() == "Item");
        let cards: Result<_, DecodeError> = items.map(StoredCard::of).collect();
        Ok(Self {
            cards: cards?,
            answer,
        })
    }
}

/// One stored card. `Debug` shows its id and status only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredCard {
    /// Its id.
    pub card_id: CardId,
    /// Its mask, such as `411111xxxxxx1112`.
    pub mask: Option<String>,
    /// Its holder.
    pub holder: Option<String>,
    /// `IsActive` or another text: an open set.
    pub status: Option<String>,
    /// Whether it can be charged without the security code, when the list says so.
    pub no_cvv: Option<bool>,
    /// Whether it has expired, when the list says so.
    pub expired: Option<bool>,
    /// Every attribute.
    pub element: Element,
}

impl StoredCard {
    fn of(item: &Element) -> Result<Self, DecodeError> {
        let id = item
            .get("CardId")
            .ok_or(DecodeError::Missing { name: "CardId" })?;
        let text = |name| item.get(name).map(str::to_owned);
        Ok(Self {
            card_id: CardId::new(id).map_err(|_| DecodeError::Value { name: "CardId" })?,
            mask: text("CardName"),
            holder: text("CardHolder"),
            status: text("Status"),
            no_cvv: item.flag("NoCVV")?,
            expired: item.flag("Expired")?,
            element: item.clone(),
        })
    }

    /// Whether it may be used: `Status` is `IsActive`.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status
            .as_deref()
            .is_some_and(|status| status.eq_ignore_ascii_case("IsActive"))
    }
}

impl fmt::Debug for StoredCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredCard")
            .field("card_id", &self.card_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// A customer command that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CustomerReply {
    /// The whole answer, with `VWUserLgn`.
    pub answer: Answer,
}

impl CustomerReply {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        Ok(Self { answer })
    }

    /// The customer's login.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        self.answer.get("VWUserLgn")
    }
}
