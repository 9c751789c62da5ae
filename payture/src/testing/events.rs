use jiff::Timestamp;

use super::book::Order;
use crate::settlement::Event;

/// A notification on its way.
#[derive(Debug, Clone)]
pub(super) struct Announcement {
    pub(super) order_id: String,
    pub(super) event: Event,
    pub(super) body: String,
}

/// The notification of an event, with the documented fields.
pub(super) fn announce(order: &Order, event: Event, code: &str) -> Announcement {
    let success = if code == "NONE" { "True" } else { "False" };
    let amount = order.amount.to_string();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Is3DS", "False")
        .append_pair("ForwardedTo", "NotForwarded")
        .append_pair("Notification", event.as_str())
        .append_pair("MerchantContract", &order.terminal)
        .append_pair("Success", success)
        .append_pair("TransactionDate", &date())
        .append_pair("ErrCode", code)
        .append_pair("OrderId", &order.id)
        .append_pair("Amount", &amount)
        .append_pair("MerchantId", "1");
    if let Some(login) = &order.customer {
        form.append_pair("VWUserLgn", login);
    }
    Announcement {
        order_id: order.id.clone(),
        event,
        body: form.finish(),
    }
}

/// The notification about a customer's card, with the fields that clients of other people have seen.
pub(super) fn announce_card(
    terminal: &str,
    login: &str,
    card: Option<(&str, &str)>,
) -> Announcement {
    let (event, success, code) = match card {
        Some(_) => (Event::CustomerAddSuccess, "True", "NONE"),
        None => (Event::CustomerAddFail, "False", "REFUSAL_BY_GATE"),
    };
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Notification", event.as_str())
        .append_pair("VWUserLgn", login)
        .append_pair("TransactionDate", &date())
        .append_pair("Success", success)
        .append_pair("ErrCode", code)
        .append_pair("MerchantContract", terminal);
    if let Some((id, mask)) = card {
        form.append_pair("CardId", id).append_pair("CardName", mask);
    }
    Announcement {
        order_id: String::new(),
        event,
        body: form.finish(),
    }
}

fn date() -> String {
    let now = Timestamp::now();
    now.strftime("%d.%m.%Y %H:%M:%S").to_string()
}
