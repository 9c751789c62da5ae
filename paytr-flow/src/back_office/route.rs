//! From a path to a page.

use paytr_core::paid_once::ReviewId;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Every address below that of the back office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    Overview,
    Orders,
    OrdersCsv,
    Order(String),
    /// A refund of an order.
    Refund(String),
    Reviews,
    Review(ReviewId),
    Resolve(ReviewId, Act),
    Undelivered,
    TryNow(String),
    ByHand(String),
    Refunds,
    /// The order and the reference of an undecided refund.
    AskRefund(String, String),
    ReleaseRefund(String, String),
    Statement,
}

/// What a person may do with a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Deliver,
    Refund,
    Dismiss,
}

impl Act {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Deliver => "deliver",
            Self::Refund => "refund",
            Self::Dismiss => "dismiss",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Deliver, Self::Refund, Self::Dismiss];
        all.into_iter().find(|act| act.as_str() == name)
    }
}

impl Route {
    /// The route of a path below the back office, such as `/orders/SHOP1`, as it was sent. Its segments are
    /// decoded once.
    pub(super) fn of(path: &str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let Some(path) = path.strip_prefix('/') else {
            return path.is_empty().then_some(Self::Overview);
        };
        let segments: Option<Vec<String>> = path.split('/').map(decoded).collect();
        let segments = segments?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Some(match *segments.as_slice() {
            ["orders"] => Self::Orders,
            ["orders.csv"] => Self::OrdersCsv,
            ["orders", order] => Self::Order(order.to_owned()),
            ["orders", order, "refund"] => Self::Refund(order.to_owned()),
            ["reviews"] => Self::Reviews,
            ["reviews", entry] => Self::Review(entry_id(entry)?),
            ["reviews", entry, act] => Self::Resolve(entry_id(entry)?, Act::from_name(act)?),
            ["undelivered"] => Self::Undelivered,
            ["undelivered", order, "try"] => Self::TryNow(order.to_owned()),
            ["undelivered", order, "by-hand"] => Self::ByHand(order.to_owned()),
            ["refunds"] => Self::Refunds,
            ["statement"] => Self::Statement,
            ["refunds", order, reference, "ask"] => {
                Self::AskRefund(order.to_owned(), reference.to_owned())
            }
            ["refunds", order, reference, "release"] => {
                Self::ReleaseRefund(order.to_owned(), reference.to_owned())
            }
            _ => return None,
        })
    }

    /// The methods it takes.
    pub(super) fn allow(&self) -> &'static str {
        match self {
            Self::TryNow(_) | Self::AskRefund(..) => "POST",
            Self::Refund(_)
            | Self::Resolve(..)
            | Self::ByHand(_)
            | Self::ReleaseRefund(..)
            | Self::Statement => "GET, HEAD, POST",
            _ => "GET, HEAD",
        }
    }

    pub(super) fn takes(&self, method: &str) -> bool {
        self.allow().split(", ").any(|allowed| allowed == method)
    }

    /// The page of the navigation that it belongs to.
    pub(super) fn section(&self) -> Self {
        match self {
            Self::Overview => Self::Overview,
            Self::Orders | Self::OrdersCsv | Self::Order(_) | Self::Refund(_) => Self::Orders,
            Self::Reviews | Self::Review(_) | Self::Resolve(..) => Self::Reviews,
            Self::Undelivered | Self::TryNow(_) | Self::ByHand(_) => Self::Undelivered,
            Self::Refunds | Self::AskRefund(..) | Self::ReleaseRefund(..) => Self::Refunds,
            Self::Statement => Self::Statement,
        }
    }

    /// Where somebody goes from here who goes back.
    pub(super) fn back(&self) -> Self {
        match self {
            Self::Refund(order) => Self::Order(order.clone()),
            Self::Resolve(entry, _) => Self::Review(*entry),
            other => other.section(),
        }
    }

    /// The path, as it is sent.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Overview => String::new(),
            Self::Orders => "/orders".to_owned(),
            Self::OrdersCsv => "/orders.csv".to_owned(),
            Self::Order(order) => format!("/orders/{}", encoded(order)),
            Self::Refund(order) => format!("/orders/{}/refund", encoded(order)),
            Self::Reviews => "/reviews".to_owned(),
            Self::Review(entry) => format!("/reviews/{entry}"),
            Self::Resolve(entry, act) => format!("/reviews/{entry}/{}", act.as_str()),
            Self::Undelivered => "/undelivered".to_owned(),
            Self::TryNow(order) => format!("/undelivered/{}/try", encoded(order)),
            Self::ByHand(order) => format!("/undelivered/{}/by-hand", encoded(order)),
            Self::Refunds => "/refunds".to_owned(),
            Self::Statement => "/statement".to_owned(),
            Self::AskRefund(order, reference) => {
                format!("/refunds/{}/{}/ask", encoded(order), encoded(reference))
            }
            Self::ReleaseRefund(order, reference) => {
                format!("/refunds/{}/{}/release", encoded(order), encoded(reference))
            }
        }
    }
}

fn entry_id(text: &str) -> Option<ReviewId> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn encoded(segment: &str) -> String {
    utf8_percent_encode(segment, NON_ALPHANUMERIC).to_string()
}

fn decoded(segment: &str) -> Option<String> {
    let text = percent_decode_str(segment).decode_utf8().ok()?;
    (!text.is_empty()).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_reads_the_path_it_writes() {
        let order = || "A/ş %<1".to_owned();
        let entry = ReviewId::new(7);
        let mut routes = vec![
            Route::Overview,
            Route::Orders,
            Route::OrdersCsv,
            Route::Order(order()),
            Route::Refund(order()),
            Route::Reviews,
            Route::Review(entry),
            Route::Undelivered,
            Route::TryNow(order()),
            Route::ByHand(order()),
            Route::Refunds,
            Route::Statement,
            Route::AskRefund(order(), "R1".to_owned()),
            Route::ReleaseRefund(order(), "R1".to_owned()),
        ];
        routes.extend([Act::Deliver, Act::Refund, Act::Dismiss].map(|a| Route::Resolve(entry, a)));
        for route in routes {
            let path = route.path();
            assert!(path.is_ascii(), "{path}");
            assert_eq!(Route::of(&path), Some(route), "{path}");
        }
    }

    #[test]
    fn a_segment_is_decoded_once() {
        let order = |text: &str| Some(Route::Order(text.to_owned()));
        assert_eq!(Route::of("/orders/A%2541"), order("A%41"));
        assert_eq!(Route::of("/orders/%41"), order("A"));
        assert_eq!(Route::of("/orders/a%2Fb"), order("a/b"));
        assert_eq!(Route::of("/orders/A/"), order("A"));
    }

    #[test]
    fn other_paths_are_no_route() {
        for wrong in [
            "orders",
            "//",
            "/x",
            "/orders//",
            "/orders/A/b",
            "/orders/%ff",
            "/reviews/x",
            "/reviews/-1",
            "/reviews/+1",
            "/reviews/1/eat",
            "/reviews/99999999999999999999",
            "/refunds/A/ask",
            "/undelivered/A",
        ] {
            assert_eq!(Route::of(wrong), None, "{wrong}");
        }
    }
}
