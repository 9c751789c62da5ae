//! Why a payment waits for a person: what to look at and what to do. The same table is in `docs/reviews.md`.

use paytr_core::Language;
use paytr_core::paid_once::ReviewReason;

use super::words::either;

/// What a person needs to know about a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guidance {
    /// The reason in words.
    pub(super) reason: &'static str,
    /// What to look at.
    pub(super) look_at: &'static str,
    /// What to do.
    pub(super) what_to_do: &'static str,
}

/// The guidance for a reason.
pub(super) fn guidance(reason: ReviewReason, language: Language) -> Guidance {
    let texts = either(language, turkish(reason), english(reason));
    let [reason, look_at, what_to_do] = texts;
    Guidance {
        reason,
        look_at,
        what_to_do,
    }
}

fn english(reason: ReviewReason) -> [&'static str; 3] {
    match reason {
        ReviewReason::UnknownOrder => [
            "The shop knows no such order",
            "Your own orders of that day, and whether another shop or a test uses the same PayTR merchant.",
            "If you find what was bought, deliver. If not, refund.",
        ],
        ReviewReason::AmountMismatch => [
            "The total does not match the price of the order",
            "The price of the order, the total and the amount asked for; whether the price changed after the page was opened.",
            "If you accept the total, deliver. If not, refund.",
        ],
        ReviewReason::SurchargeTooHigh => [
            "The total is further above the price of the order than a surcharge may be",
            "The number of instalments and their rates in PayTR's panel; the price, the total and the amount asked for; whether the price was written in another unit.",
            "If the buyer agreed to this total, deliver. If not, refund. If your instalments cost that much, raise the limit.",
        ],
        ReviewReason::CurrencyMismatch => [
            "The currency does not match the price of the order",
            "The currency of the order and of the payment, and the transaction in PayTR's panel.",
            "If the sum is worth the price to you, deliver. If not, refund.",
        ],
        ReviewReason::TestPayment => [
            "A test payment where live ones are expected",
            "Whether somebody of yours tested with this order; no money has moved.",
            "Dismiss. If live orders come as tests, take PayTR's shop and your settings out of test mode.",
        ],
        ReviewReason::Conflict => [
            "The order is settled with another total",
            "Both totals on the order's page, and in PayTR's panel how often the buyer was charged.",
            "It cannot be delivered a second time. Refund what is too much in PayTR's panel, then dismiss.",
        ],
        ReviewReason::ReadBackContradicted => [
            "PayTR, asked again, contradicted its own message",
            "The transaction in PayTR's panel: whether it is there, with which total, and whether it was refunded.",
            "If the panel shows it paid, deliver. If not, dismiss and ask PayTR's support.",
        ],
        ReviewReason::UnreadableCurrency => [
            "The message does not say in a readable way which currency was paid",
            "The transaction and its currency in PayTR's panel; the currency shown here is a guess.",
            "If panel and price agree, deliver. If not, refund in PayTR's panel and dismiss.",
        ],
        ReviewReason::UnreadableRequested => [
            "The message does not say in a readable way which amount was asked for",
            "The price of the order and the amount of the transaction in PayTR's panel.",
            "If they agree, deliver. If not, refund.",
        ],
        ReviewReason::UnreadableMode => [
            "The message does not say in a readable way whether it is a test",
            "Whether the transaction is among the live ones in PayTR's panel.",
            "If it is live, deliver. If it is a test, dismiss.",
        ],
        ReviewReason::RefundedBefore => [
            "Money went back to the buyer before the payment was delivered",
            "The refunds of the transaction in PayTR's panel: how much went back, and who did it.",
            "If all of it went back, dismiss. If a part did, deliver only if you agreed on that with the buyer.",
        ],
        ReviewReason::Disputed => [
            "The buyer's bank disputes the payment, or took the money back",
            "The dispute in PayTR's panel and its deadline, and whether the goods were sent.",
            "Answer the dispute in PayTR's panel. Do not refund here: the bank may have done so. Then dismiss.",
        ],
        ReviewReason::OtherTerminal => [
            "The money was taken on another terminal than the order's",
            "Which terminal of the merchant took the payment, and whether it is yours.",
            "If the terminal is yours, deliver. If not, refund, and correct the settings.",
        ],
        ReviewReason::PaidTwice => [
            "PayTR took the money of one order twice",
            "In PayTR's panel how often the buyer was charged for this order number.",
            "Refund one of the two payments in PayTR's panel, then dismiss. The order itself stays as it is.",
        ],
        ReviewReason::OnlyInStatement => [
            "PayTR's statement lists a payment that the ledger does not have",
            "Your own orders of that day, whether a payment link was paid, and why no notification came: the notification address, outages.",
            "If you find what was bought, deliver. If not, refund. A number that this shop did not make is never delivered here: it may be a link's.",
        ],
        _ => [
            "Another reason",
            "The transaction in PayTR's panel and the order's page.",
            "If both agree, deliver. If not, refund.",
        ],
    }
}

fn turkish(reason: ReviewReason) -> [&'static str; 3] {
    match reason {
        ReviewReason::UnknownOrder => [
            "Mağaza böyle bir sipariş bilmiyor",
            "O günkü kendi siparişleriniz; aynı PayTR mağaza numarasını başka bir site veya deneme kullanıyor mu?",
            "Ne alındığını bulursanız teslim edin. Bulamazsanız iade edin.",
        ],
        ReviewReason::AmountMismatch => [
            "Tutar, siparişin fiyatına uymuyor",
            "Siparişin fiyatı, ödenen ve istenen tutar; fiyat ödeme sayfası açıldıktan sonra değişti mi?",
            "Tutarı kabul ediyorsanız teslim edin. Etmiyorsanız iade edin.",
        ],
        ReviewReason::SurchargeTooHigh => [
            "Tutar, siparişin fiyatını bir vade farkının açıklayabileceğinden çok aşıyor",
            "PayTR panelinde taksit sayısı ve vade farkı oranları; fiyat, ödenen ve istenen tutar; fiyat yanlış birimle mi yazılmış?",
            "Alıcı bu tutarı kabul ettiyse teslim edin. Etmediyse iade edin. Taksitleriniz gerçekten bu kadar pahalıysa sınırı yükseltin.",
        ],
        ReviewReason::CurrencyMismatch => [
            "Para birimi, siparişin fiyatına uymuyor",
            "Siparişin ve ödemenin para birimi; PayTR panelindeki işlem.",
            "Ödenen sizin için fiyatı karşılıyorsa teslim edin. Karşılamıyorsa iade edin.",
        ],
        ReviewReason::TestPayment => [
            "Canlı ödeme beklenirken deneme ödemesi geldi",
            "Bu siparişle sizden biri deneme yaptı mı? Para hareketi olmadı.",
            "Kapatın. Canlı siparişler deneme olarak geliyorsa PayTR mağazasını ve ayarlarınızı deneme kipinden çıkarın.",
        ],
        ReviewReason::Conflict => [
            "Sipariş başka bir tutarla tamamlanmış",
            "Sipariş sayfasındaki iki tutar; PayTR panelinde alıcıdan kaç kez para çekildiği.",
            "İkinci kez teslim edilemez. Fazlasını PayTR panelinden iade edin, sonra kapatın.",
        ],
        ReviewReason::ReadBackContradicted => [
            "PayTR, yeniden sorulunca kendi bildirimiyle çelişti",
            "PayTR panelindeki işlem: var mı, tutarı ne, iade edilmiş mi?",
            "Panel ödendi diyorsa teslim edin. Demiyorsa kapatın ve PayTR desteğine sorun.",
        ],
        ReviewReason::UnreadableCurrency => [
            "Bildirimden hangi para biriminin ödendiği okunamıyor",
            "PayTR panelindeki işlem ve para birimi; burada görünen para birimi bir tahmindir.",
            "Panel ile fiyat uyuşuyorsa teslim edin. Uyuşmuyorsa PayTR panelinden iade edip kapatın.",
        ],
        ReviewReason::UnreadableRequested => [
            "Bildirimden hangi tutarın istendiği okunamıyor",
            "Siparişin fiyatı ve PayTR panelindeki işlemin tutarı.",
            "Uyuşuyorlarsa teslim edin. Uyuşmuyorlarsa iade edin.",
        ],
        ReviewReason::UnreadableMode => [
            "Bildirimden deneme olup olmadığı okunamıyor",
            "İşlem, PayTR panelinde canlı işlemler arasında mı?",
            "Canlıysa teslim edin. Denemeyse kapatın.",
        ],
        ReviewReason::RefundedBefore => [
            "Para, teslimden önce alıcıya geri gitmiş",
            "PayTR panelinde işlemin iadeleri: ne kadarı, kim tarafından iade edildi?",
            "Tamamı iade edildiyse kapatın. Bir kısmı edildiyse yalnızca alıcıyla anlaştıysanız teslim edin.",
        ],
        ReviewReason::Disputed => [
            "Alıcının bankası ödemeye itiraz etti veya parayı geri aldı",
            "PayTR panelindeki itiraz ve son tarihi; ürün gönderildi mi?",
            "İtirazı PayTR panelinden yanıtlayın. Buradan iade etmeyin: banka etmiş olabilir. Sonra kapatın.",
        ],
        ReviewReason::OtherTerminal => [
            "Para, siparişinkinden başka bir terminalde çekildi",
            "Ödemeyi hangi terminal aldı, sizin mi?",
            "Terminal sizinse teslim edin. Değilse iade edin ve ayarları düzeltin.",
        ],
        ReviewReason::PaidTwice => [
            "PayTR bir siparişin parasını iki kez çekti",
            "PayTR panelinde bu sipariş numarasıyla alıcıdan kaç kez para çekildiği.",
            "İki ödemeden birini PayTR panelinden iade edin, sonra kapatın. Siparişin kendisi olduğu gibi kalır.",
        ],
        ReviewReason::OnlyInStatement => [
            "PayTR'nin dökümünde kayıtlarda olmayan bir ödeme var",
            "O günkü kendi siparişleriniz; bir ödeme bağlantısı mı ödendi; bildirim neden gelmedi: bildirim adresi, kesintiler.",
            "Ne alındığını bulursanız teslim edin. Bulamazsanız iade edin. Bu mağazanın vermediği bir numara burada teslim edilmez: bir bağlantının olabilir.",
        ],
        _ => [
            "Başka bir neden",
            "PayTR panelindeki işlem ve sipariş sayfası.",
            "İkisi uyuşuyorsa teslim edin. Uyuşmuyorsa iade edin.",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDE: &str = include_str!("../../../docs/reviews.md");

    #[test]
    fn every_reason_has_guidance_of_its_own_in_both_languages() {
        for language in [Language::Turkish, Language::English] {
            let mut seen = Vec::new();
            for reason in ReviewReason::ALL {
                let text = guidance(reason, language).reason;
                assert!(!seen.contains(&text), "{reason}: {text}");
                seen.push(text);
            }
            let other = either(language, "Başka bir neden", "Another reason");
            assert!(!seen.contains(&other), "{seen:?}");
        }
    }

    #[test]
    fn the_guide_says_the_same_as_the_pages() {
        for language in [Language::English, Language::Turkish] {
            for reason in ReviewReason::ALL {
                let text = guidance(reason, language);
                let row = format!(
                    "| `{reason}` | {} | {} | {} |",
                    text.reason, text.look_at, text.what_to_do
                );
                assert!(GUIDE.lines().any(|line| line == row), "missing: {row}");
            }
        }
    }
}
