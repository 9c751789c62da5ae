use std::fmt;
use std::str::FromStr;

/// The five kinds of notification, each with a verifier and a mount point of its own.
///
/// A kind is chosen by the address that PayTR posts to, never by a field of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotificationKind {
    /// [`PaymentCallback`](super::PaymentCallback), to the panel's "Bildirim URL".
    Payment,
    /// [`LinkCallback`](super::LinkCallback), to the `callback_link` of a payment link.
    Link,
    /// [`EftNotice`](super::EftNotice), to the panel's "Ara Bildirim URL".
    Eft,
    /// [`TransferResult`](super::TransferResult), to the panel's "Platform Transfer Sonucu Bildirim
    /// URL".
    Transfer,
    /// [`CashoutResult`](super::CashoutResult), to the same address as transfer results.
    Cashout,
}

impl NotificationKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Payment,
        Self::Link,
        Self::Eft,
        Self::Transfer,
        Self::Cashout,
    ];

    /// `payment`, `link`, `eft`, `transfer` or `cashout`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Link => "link",
            Self::Eft => "eft",
            Self::Transfer => "transfer",
            Self::Cashout => "cashout",
        }
    }
}

impl fmt::Display for NotificationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for NotificationKind {
    type Err = NotificationKindError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut kinds = Self::ALL.into_iter();
        kinds
            .find(|kind| kind.as_str() == name)
            .ok_or(NotificationKindError)
    }
}

/// The text names no kind of notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a kind of notification is payment, link, eft, transfer or cashout")]
pub struct NotificationKindError;

/// What to say when the pieces of a mount point were not put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MountTexts {
    /// An extractor finds no gate among the application's data.
    pub no_gate: &'static str,
    /// An extractor finds no layer around its route.
    pub no_layer: &'static str,
    /// The path of a layer does not start with a slash.
    pub no_slash: &'static str,
}

macro_rules! texts {
    ($extractor:literal, $a_gate:literal, $layer:literal, $path:literal) => {
        $crate::callback::MountTexts {
            no_gate: concat!(
                $extractor,
                " needs ",
                $a_gate,
                ": App::new().app_data(gate), bare or in web::Data"
            ),
            no_layer: concat!($extractor, " needs ", $layer, " on this very path"),
            no_slash: concat!(
                "the path of ",
                $layer,
                " must start with a slash, such as ",
                $path
            ),
        }
    };
}

pub(crate) use texts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_by_the_name_that_it_shows() {
        for kind in NotificationKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        let names = NotificationKind::ALL.map(NotificationKind::as_str);
        assert_eq!(names, ["payment", "link", "eft", "transfer", "cashout"]);
        let other: Result<NotificationKind, _> = "Payment".parse();
        assert_eq!(other, Err(NotificationKindError));
    }
}
