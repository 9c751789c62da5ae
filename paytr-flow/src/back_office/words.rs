//! The words of the pages: each in Turkish and in English.

use paytr_core::paid_once::refund::RefundState;
use paytr_core::paid_once::{HandlerFailure, Mode, Resolution};
use paytr_core::{Language, OrderState};

/// Every word in both languages, side by side.
macro_rules! words {
    ($($name:ident: $turkish:literal, $english:literal;)+) => {
        /// Every word of the pages in one language.
        pub(super) struct Words {
            $(pub(super) $name: &'static str,)+
        }

        static TURKISH: Words = Words { $($name: $turkish,)+ };
        static ENGLISH: Words = Words { $($name: $english,)+ };
    };
}

words! {
    back_office: "Yönetim", "Back office";
    skip: "İçeriğe geç", "Skip to the content";
    pages: "Sayfalar", "Pages";
    signed_in_as: "Oturum:", "Signed in as";
    other_language: "English", "Türkçe";
    turkish_time: "Saatler Türkiye saatidir (UTC+3).", "Times are Turkish time (UTC+3).";
    overview: "Genel bakış", "Overview";
    orders: "Siparişler", "Orders";
    reviews: "İncelemeler", "Reviews";
    undelivered: "Teslim edilmeyenler", "Undelivered";
    refunds: "İadeler", "Refunds";

    now: "Şu anki durum", "How things stand";
    reviews_open: "Açık inceleme", "Open reviews";
    orders_undelivered: "Ödenmiş, teslim edilmemiş sipariş", "Orders paid and not delivered";
    refunds_undecided: "Sonucu bilinmeyen iade", "Refunds with an unknown outcome";
    oldest_due: "PayTR'ye en uzun süredir sorulmayı bekleyen sipariş", "The order that has waited longest for a question to PayTR";
    claims_over_lease: "Yarıda kalmış işleyici", "Handlers that never ended";
    nothing_waits: "yok", "none";
    needs_you: "sizi bekliyor", "waits for you";
    per_hour: "Saat başına ödenen ve reddedilen", "Paid and refused per hour";
    last_24_hours: "Son 24 saat", "Last 24 hours";
    last_48_hours: "Son 48 saat", "Last 48 hours";
    as_table: "Tablo olarak göster", "Show as a table";
    hour: "Saat", "Hour";
    paid: "Ödenen", "Paid";
    refused: "Reddedilen", "Refused";
    highest: "En yüksek", "Highest";

    state: "Durum", "State";
    any: "Hepsi", "All";
    starts_with: "Sipariş no şununla başlar", "Order number begins with";
    show: "Göster", "Show";
    as_csv: "CSV olarak indir (en çok 10.000 satır)", "Download as CSV (at most 10,000 rows)";
    no_orders: "Böyle bir sipariş yok.", "No such orders.";
    next_page: "Sonraki sayfa", "Next page";
    order: "Sipariş no", "Order number";
    namespace: "Ad alanı", "Namespace";
    price: "Tutar", "Price";
    opened: "Açıldı", "Opened";
    mode: "Kip", "Mode";
    live: "canlı", "live";
    test: "deneme", "test";

    refunded: "İade edilen", "Refunded";
    left: "Kalan", "Left";
    attempts: "İşleyiciye verildi", "Handed to a handler";
    times: "kez", "times";
    unsettled: "Bunlardan tamamlanmayan", "Of these not completed";
    inquiries: "PayTR'ye soruldu", "Asked about at PayTR";
    timeline: "Zaman çizelgesi", "Timeline";
    when: "Zaman", "When";
    what: "Olay", "What";
    who: "Kim", "Who";
    note: "Not", "Note";
    event_opened: "sipariş açıldı", "the order was opened";
    event_undelivered: "ödeme alındı, işleyici ilk kez başarısız oldu", "the payment was taken, a handler failed for the first time";
    event_paid: "ödeme teslim edildi", "the payment was delivered";
    event_failed: "ödeme başarısız oldu", "the payment failed";
    event_closed: "ödenmediği için kapatıldı", "it was closed unpaid";
    event_handler: "bir işleyici en geç bu ana kadar çalışır", "a handler is at work until this moment at the latest";
    event_lease_over: "bir işleyicinin süresi doldu; bittiği bilinmiyor", "the time of a handler ran out; it is not known to have ended";
    event_next: "PayTR'ye sorulacak", "PayTR will be asked";
    event_review: "incelemeye alındı", "it came to review";
    event_seen_again: "inceleme bir daha görüldü", "the review was seen again";
    event_resolved: "inceleme çözüldü", "the review was resolved";
    event_reserved: "iade ayrıldı", "a refund was reserved";
    event_refunded: "iade edildi", "a refund was executed";
    event_cancelled: "iade yapılmadı", "a refund was not executed";
    refund: "İade et", "Refund";
    refund_form: "İade", "Refund";
    amount: "İade tutarı", "Amount to refund";
    amount_hint: "Örneğin 12,34 — binlik ayracı olmadan.", "For example 12.34, without thousands marks.";
    go_on: "Devam", "Go on";
    refund_check: "İadeyi onaylayın", "Confirm the refund";
    refund_warning: "Para alıcıya geri gider. Bu geri alınamaz.", "The money goes back to the buyer. This cannot be undone.";
    paid_total: "Ödenen tutar", "Amount paid";
    reference: "İade referansı", "Reference of the refund";
    other_namespace: "Bu sipariş başka bir ad alanındadır (ödeme bağlantısı gibi). Burada teslim veya iade edilemez; onu açan yerde, ya da PayTR panelinde yapın. İnceleme burada kapatılabilir.", "This order is in another namespace (of a payment link, say). It cannot be delivered or refunded here: do that where it was made, or in PayTR's panel. Its review can be dismissed here.";

    open: "açık", "open";
    resolved: "çözüldü", "resolved";
    no_reviews: "Böyle bir inceleme yok.", "No such reviews.";
    review: "İnceleme", "Review";
    reason: "Neden", "Reason";
    total: "Bildirilen tutar", "Total claimed";
    requested: "İstenen tutar", "Amount asked for";
    outcome: "Sonuç", "Outcome";
    payment_failed: "ödeme başarısız", "the payment failed";
    first_seen: "İlk görülme", "First seen";
    last_seen: "Son görülme", "Last seen";
    seen: "Görülme", "Seen";
    look_at: "Nereye bakmalı", "What to look at";
    what_to_do: "Ne yapmalı", "What to do";
    actions: "İşlemler", "Actions";
    deliver: "Teslim et", "Deliver";
    refund_whole: "Tamamını iade et", "Refund in full";
    dismiss: "Kapat", "Dismiss";
    resolution: "Karar", "Decision";
    resolved_by: "Karar veren", "Decided by";
    resolved_at: "Karar zamanı", "Decided at";
    delivered: "teslim edildi", "delivered";
    was_refunded: "iade edildi", "refunded";
    dismissed: "kapatıldı", "dismissed";
    confirm_deliver: "Bu ödeme teslim edilsin mi?", "Deliver this payment?";
    deliver_warning: "Sipariş, bu tutarla ödenmiş sayılır ve mağazanın işleyicisi çalışır. Bu geri alınamaz.", "The order counts as paid with this total, and the shop's handler runs. This cannot be undone.";
    confirm_refund: "Bu ödemenin tamamı iade edilsin mi?", "Refund this payment in full?";
    refund_whole_warning: "Sipariş teslim edilmeden ödenmiş sayılır, sonra para alıcıya geri gider. Bu geri alınamaz.", "The order counts as paid without being delivered, then the money goes back to the buyer. This cannot be undone.";
    refund_write_down: "Bu sipariş tamamen iade edilmiş. PayTR'ye bir şey gönderilmez; yalnızca inceleme iade edildi olarak kapatılır.", "This order is refunded in full already. Nothing is sent to PayTR; the review is closed as refunded.";
    confirm_dismiss: "Bu inceleme kapatılsın mı?", "Dismiss this review?";
    dismiss_warning: "Hiçbir şey teslim veya iade edilmez. İnceleme, kararınızla birlikte kayıtta kalır.", "Nothing is delivered or refunded. The review stays on record with your decision.";
    note_hint: "En çok 1000 karakter. Kayıtta kalır; kart veya kişi bilgisi yazmayın.", "At most 1000 characters. It stays on record: write no card or personal data.";
    cancel: "Vazgeç", "Cancel";

    undelivered_intro: "Bu siparişler ödendi, ama mağazanın işleyicisi hiçbirini tamamlamadı: alıcının parası sizde, ürünü yok.", "These orders are paid and no handler of the shop has completed them: you have the buyer's money, and the buyer has nothing.";
    none_undelivered: "Teslim bekleyen sipariş yok.", "No order waits to be delivered.";
    since: "Şu zamandan beri", "Since";
    last_failure: "Son deneme", "Last attempt";
    try_now: "Şimdi dene", "Try now";
    by_hand: "Elle hallettim", "Handled by hand";
    confirm_by_hand: "Bu siparişi elle mi hallettiniz?", "Did you handle this order by hand?";
    by_hand_warning: "Sipariş teslim edilmiş sayılır ve mağazanın işleyicisi çalışmaz. Ürünü veya hizmeti alıcıya gerçekten verdiyseniz onaylayın.", "The order counts as delivered, and the shop's handler does not run. Confirm only if the buyer really has what was bought.";

    refunds_intro: "Bu iadelerin sonucu bilinmiyor: gönderilmiş olabilirler. Yeniden iade etmeyin; önce PayTR'ye sorun.", "The outcome of these refunds is unknown: they may have been executed. Do not refund again; ask PayTR first.";
    none_undecided: "Sonucu bilinmeyen iade yok.", "No refund has an unknown outcome.";
    reserved: "Ayrıldı", "Reserved";
    ask_now: "Şimdi PayTR'ye sor", "Ask PayTR now";
    confirm_release: "PayTR bu iadeyi listelemiyor. Tutar serbest bırakılsın mı?", "PayTR does not list this refund. Release its amount?";
    release_warning: "Önce PayTR panelinde böyle bir iade olmadığına bakın. Serbest bırakılan tutar yeniden iade edilebilir.", "First see in PayTR's panel that there is no such refund. What is released can be refunded again.";
    release: "Serbest bırak", "Release";

    statement: "Günlük döküm", "Statement";
    statement_intro: "PayTR'nin bir güne ait dökümünü kayıtlarla karşılaştırır: iki taraftan birinde olmayan, ya da tutarı farklı olan her şeyi listeler.", "Compares PayTR's report of a day with the records: what only one side has, and what differs.";
    day: "Gün", "Day";
    compare: "Karşılaştır", "Compare";
    listed_payments: "PayTR'nin listelediği ödeme", "Payments that PayTR lists";
    listed_refunds: "PayTR'nin listelediği iade", "Refunds that PayTR lists";
    unreadable: "Okunamayan satır", "Rows that cannot be read";
    both_agree: "İki taraf uyuşuyor.", "Both sides agree.";
    differences: "Farklar", "Differences";
    here: "Burada", "Here";
    there: "PayTR'de", "At PayTR";
    known_here: "Burada bilinen", "Known here";
    unknown_here: "bilinmeyen sipariş", "unknown order";
    record_warning: "Burada olmayan ve henüz incelemede olmayan ödeme sayısı:", "Payments that are missing here and under no review yet:";
    record: "İncelemeye al", "Record as reviews";

    back: "Geri dön", "Back";
}

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Turkish => &TURKISH,
            Language::English => &ENGLISH,
        }
    }

    pub(super) fn mode(&self, mode: Mode) -> &'static str {
        match mode {
            Mode::Live => self.live,
            Mode::Test => self.test,
        }
    }

    pub(super) fn resolution(&self, resolution: Resolution) -> &'static str {
        match resolution {
            Resolution::Delivered => self.delivered,
            Resolution::Refunded => self.was_refunded,
            Resolution::Dismissed => self.dismissed,
        }
    }

    /// What a refund in this state did to the order.
    pub(super) fn refund_event(&self, state: RefundState) -> &'static str {
        match state {
            RefundState::Reserved => self.event_reserved,
            RefundState::Executed => self.event_refunded,
            RefundState::Cancelled => self.event_cancelled,
        }
    }
}

/// The names of the states that orders can be listed by.
pub(super) const STATES: [&str; 6] = [
    "pending",
    "paid",
    "undelivered",
    "review",
    "failed",
    "closed",
];

/// How an order stands, in words.
pub(super) fn state(state: &OrderState, language: Language) -> &'static str {
    state_named(state.as_str(), language)
}

/// The words for a state of this [name](OrderState::as_str).
pub(super) fn state_named(name: &str, language: Language) -> &'static str {
    let (turkish, english) = match name {
        "pending" => ("ödeme bekleniyor", "waiting for payment"),
        "paid" => ("ödendi", "paid"),
        "undelivered" => ("ödendi, teslim edilmedi", "paid, not delivered"),
        "review" => ("incelemede", "under review"),
        "failed" => ("ödeme başarısız", "payment failed"),
        "closed" => ("kapandı, ödenmedi", "closed unpaid"),
        _ => ("bilinmiyor", "unknown"),
    };
    either(language, turkish, english)
}

/// How the last attempt of a handler ended, in words.
pub(super) fn failure(failure: Option<HandlerFailure>, language: Language) -> &'static str {
    let (turkish, english) = match failure {
        Some(HandlerFailure::Error) => ("hata verdi", "returned an error"),
        Some(HandlerFailure::Panicked) => ("çöktü (panic)", "panicked"),
        Some(HandlerFailure::TimedOut) => ("süresi yetmedi", "ran out of time"),
        Some(HandlerFailure::LeaseLost) => {
            ("başka bir deneme devraldı", "was overtaken by another")
        }
        Some(HandlerFailure::Interrupted) => ("yarıda kesildi", "was interrupted"),
        _ => (
            "bilinmiyor: sürüyor veya süreç öldü",
            "unknown: it runs, or its process died",
        ),
    };
    either(language, turkish, english)
}

pub(super) fn either<T>(language: Language, turkish: T, english: T) -> T {
    match language {
        Language::Turkish => turkish,
        Language::English => english,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_and_failure_has_words_in_both_languages() {
        for language in [Language::Turkish, Language::English] {
            let unknown = state_named("", language);
            for name in STATES {
                assert_ne!(state_named(name, language), unknown, "{name}");
            }
            for kind in HandlerFailure::ALL {
                assert_ne!(failure(Some(kind), language), failure(None, language));
            }
        }
    }
}
