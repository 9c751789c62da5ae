//! Why a refund is not sent, or not decided, in words.

use super::trouble::Trouble;
use super::trouble_texts::Texts;

impl Trouble {
    /// A heading and a text about refunds, and what is said of everything else.
    pub(super) fn refund_texts(&self) -> (Texts, Texts) {
        match self {
            Self::Undecided => (
                (
                    "Bu siparişin sonucu bilinmeyen bir iadesi var",
                    "Önce “İadeler” sayfasında sonucunu öğrenin. Yeni bir iade gönderilmedi.",
                ),
                (
                    "A refund of this order has an unknown outcome",
                    "Find out about it on the page “Refunds” first. No other refund was sent.",
                ),
            ),
            Self::AlreadyDecided => (
                (
                    "Bu iadenin sonucu biliniyor",
                    "Bu arada kesinleşmiş. Sipariş sayfasına bakın.",
                ),
                (
                    "This refund is decided",
                    "It was decided meanwhile. See the order's page.",
                ),
            ),
            Self::Listed => (
                (
                    "PayTR bu iadeyi listeliyor",
                    "İade yapılmış. “İadeler” sayfasından PayTR'ye sorun; kayda geçirilir.",
                ),
                (
                    "PayTR lists this refund",
                    "It was executed. Ask PayTR on the page “Refunds”, and it is written down.",
                ),
            ),
            Self::OtherAmount(_) => (
                (
                    "PayTR bu referansı başka bir tutarla listeliyor",
                    "Tutar ayrılmış kalır. PayTR panelinde iadeye bakın.",
                ),
                (
                    "PayTR lists this reference with another amount",
                    "The amount stays reserved. Look at the refund in PayTR's panel.",
                ),
            ),
            Self::TooEarly => (
                (
                    "PayTR bu iadeyi henüz listelemiyor",
                    "İade 10 dakikadan yeni: üzerinde hâlâ çalışılıyor olabilir. Serbest bırakmak için biraz sonra yeniden sorun.",
                ),
                (
                    "PayTR does not list this refund yet",
                    "It is younger than 10 minutes: somebody may still be working on it. Ask again later to release it.",
                ),
            ),
            Self::NoAnswer => (
                (
                    "PayTR yanıt vermedi",
                    "Hiçbir şey değişmedi. Birazdan yeniden sorun.",
                ),
                (
                    "PayTR did not answer",
                    "Nothing has changed. Ask again in a moment.",
                ),
            ),
            _ => self.sending_texts(),
        }
    }

    fn sending_texts(&self) -> (Texts, Texts) {
        match self {
            Self::Amount => (
                (
                    "Bu bir tutar değil",
                    "Tutar, 12,34 gibi yazılır: sıfırdan büyük, binlik ayracı olmadan. Hiçbir şey yapılmadı.",
                ),
                (
                    "This is not an amount",
                    "An amount is written like 12.34: more than zero, without thousands marks. Nothing was done.",
                ),
            ),
            Self::Exceeds(_) => (
                (
                    "Siparişten kalan bundan az",
                    "İadeler, sonucu bilinmeyenlerle birlikte, ödenen tutarı aşamaz. Hiçbir şey gönderilmedi.",
                ),
                (
                    "Less than that is left of the order",
                    "Refunds, with those of unknown outcome, never pass what was paid. Nothing was sent.",
                ),
            ),
            Self::SameRefund => (
                (
                    "Bu iade daha önce gönderildi",
                    "Aynı form ikinci kez geldi. İkinci bir iade gönderilmedi.",
                ),
                (
                    "This refund was sent before",
                    "The same form came a second time. No second refund was sent.",
                ),
            ),
            Self::NotPaid => (
                (
                    "Bu sipariş ödenmiş değil",
                    "Ödenmemiş, teslim edilmemiş veya incelemede bir sipariş buradan iade edilemez. Hiçbir şey gönderilmedi.",
                ),
                (
                    "This order is not settled as paid",
                    "An order that is unpaid, undelivered or under review cannot be refunded here. Nothing was sent.",
                ),
            ),
            Self::Refused(_) => (
                (
                    "İade yapılmadı",
                    "PayTR reddetti veya PayTR'ye ulaşılamadı. Hiçbir para geri gitmedi; yeniden deneyebilirsiniz.",
                ),
                (
                    "Nothing was refunded",
                    "PayTR refused, or was not reached. No money went back; you can try again.",
                ),
            ),
            Self::UnknownOutcome => (
                (
                    "İadenin sonucu bilinmiyor",
                    "İade yapılmış olabilir. Yeniden göndermeyin: birkaç dakika sonra “İadeler” sayfasından PayTR'ye sorun.",
                ),
                (
                    "The outcome of the refund is unknown",
                    "It may have been executed. Do not send it again: ask PayTR in some minutes, on the page “Refunds”.",
                ),
            ),
            _ => (
                (
                    "Böyle bir sayfa yok",
                    "Bu adreste bir sayfa, sipariş, inceleme veya iade yok.",
                ),
                (
                    "There is no such page",
                    "There is no page, order, review or refund at this address.",
                ),
            ),
        }
    }
}
