//! Why a request is not done as asked, in words.

use paytr_core::Language;
use paytr_core::paid_once::Decision;

use super::tokens::TokenProblem;
use super::trouble::Trouble;
use super::words::either;

/// A heading and what it means.
pub(super) type Texts = (&'static str, &'static str);

impl Trouble {
    /// A heading and what it means.
    pub(super) fn texts(&self, language: Language) -> (&'static str, &'static str) {
        let (turkish, english) = match self {
            Self::Token(problem) => token_texts(*problem),
            Self::NotTaken(decision) => decision_texts(*decision),
            other => other.both_texts(),
        };
        either(language, turkish, english)
    }

    fn both_texts(&self) -> (Texts, Texts) {
        match self {
            Self::BadFilter => (
                (
                    "Bu süzgeç bilinmiyor",
                    "Adresteki süzgeçlerden biri okunamadı.",
                ),
                (
                    "This filter is not known",
                    "One of the filters in the address cannot be read.",
                ),
            ),
            Self::DayNotOver => (
                (
                    "Bu gün henüz bitmedi",
                    "Yalnızca bitmiş bir gün karşılaştırılabilir.",
                ),
                (
                    "This day is not over yet",
                    "Only a day that is over can be compared.",
                ),
            ),
            Self::Ledger => (
                (
                    "Kayıtlara şu anda ulaşılamıyor",
                    "İşlemin yapılıp yapılmadığı bilinmiyor. Sayfayı yenileyip bakın; yeniden yapmak güvenlidir.",
                ),
                (
                    "The records cannot be reached now",
                    "It is unknown whether it was done. Reload the page and look; to do it again is safe.",
                ),
            ),
            Self::NotAForm => (
                (
                    "Bu bir form değil",
                    "Gönderilen, bu sayfaların formlarından biri değil. Hiçbir şey yapılmadı.",
                ),
                (
                    "This is not a form",
                    "What was sent is none of the forms of these pages. Nothing was done.",
                ),
            ),
            Self::ForeignOrigin => (
                (
                    "Bu form başka bir siteden geldi",
                    "Formlar yalnızca mağazanın kendi adresinden gönderilebilir. Hiçbir şey yapılmadı.",
                ),
                (
                    "This form came from another site",
                    "Forms are taken from the shop's own public address only. Nothing was done.",
                ),
            ),
            Self::LongNote => (
                (
                    "Not çok uzun",
                    "Bir not en çok 1000 karakterdir. Hiçbir şey yapılmadı.",
                ),
                (
                    "The note is too long",
                    "A note has at most 1000 characters. Nothing was done.",
                ),
            ),
            Self::AlreadyResolved(_) => (
                (
                    "Bu inceleme daha önce çözüldü",
                    "Başka biri sizden önce karar verdi. Onun yazdığı kaldı.",
                ),
                (
                    "This review was resolved before",
                    "Somebody else decided first. What they wrote stays.",
                ),
            ),
            Self::NotUndelivered => (
                (
                    "Bu sipariş teslim beklemiyor",
                    "Bu arada teslim edilmiş olabilir. Hiçbir şey yapılmadı.",
                ),
                (
                    "This order does not wait to be delivered",
                    "It may have been delivered meanwhile. Nothing was done.",
                ),
            ),
            Self::NotHere => (
                (
                    "Bu işlem burada yapılamaz",
                    "Sipariş başka bir ad alanında, numarası burada verilmemiş, ya da ödeme başarısız. Hiçbir şey yapılmadı.",
                ),
                (
                    "This cannot be done here",
                    "The order is in another namespace, its number was not made here, or its payment failed. Nothing was done.",
                ),
            ),
            _ => self.refund_texts(),
        }
    }
}

fn token_texts(problem: TokenProblem) -> (Texts, Texts) {
    match problem {
        TokenProblem::Foreign => (
            (
                "Bu form buradan değil",
                "Formun belirteci eksik, başkasının ya da başka bir işlemin. Hiçbir şey yapılmadı; sayfayı yeniden açın.",
            ),
            (
                "This form is not from here",
                "Its token is missing, somebody else's or for something else. Nothing was done; open the page again.",
            ),
        ),
        TokenProblem::Expired => (
            (
                "Bu form eskimiş",
                "Bir form bir saat geçerlidir. Hiçbir şey yapılmadı; sayfayı yeniden açın.",
            ),
            (
                "This form is too old",
                "A form can be sent for an hour. Nothing was done; open the page again.",
            ),
        ),
        TokenProblem::Used => (
            (
                "Bu form daha önce gönderildi",
                "Bir form bir kez gönderilir. İkinci kez hiçbir şey yapılmadı; sayfayı yeniden açıp duruma bakın.",
            ),
            (
                "This form was sent before",
                "A form is taken once. Nothing was done a second time; open the page again and see how things stand.",
            ),
        ),
        TokenProblem::TooMany => (
            (
                "Çok fazla form gönderildi",
                "Son bir saatte çok fazla form gönderildi. Hiçbir şey yapılmadı.",
            ),
            (
                "Too many forms were sent",
                "Too many forms were sent within the last hour. Nothing was done.",
            ),
        ),
    }
}

fn decision_texts(decision: Decision) -> (Texts, Texts) {
    match decision {
        Decision::InProgress { .. } => (
            (
                "Bu sipariş üzerinde şu anda çalışılıyor",
                "Başka biri, ya da bir bildirim bu ödemeyi şu anda teslim ediyor. Birazdan yeniden bakın.",
            ),
            (
                "Somebody is at work on this order now",
                "Somebody else, or a notification, is delivering this payment now. Look again in a moment.",
            ),
        ),
        Decision::HandlerFailed(_) => (
            (
                "Mağazanın işleyicisi başarısız oldu",
                "Ödeme teslim edilmedi; nedeni günlükte. Yeniden deneyebilirsiniz.",
            ),
            (
                "The shop's handler failed",
                "The payment was not delivered; the log says why. You can try again.",
            ),
        ),
        Decision::Unavailable(_) => (
            (
                "Kayıtlara şu anda ulaşılamıyor",
                "Ödeme teslim edilmedi. Yeniden denemek güvenlidir.",
            ),
            (
                "The records cannot be reached now",
                "The payment was not delivered. To try again is safe.",
            ),
        ),
        Decision::ConflictRecorded => (
            (
                "Sipariş başka bir tutarla tamamlanmış",
                "Bu ödeme ikinci kez teslim edilemez ve buradan iade edilemez. Fazlasını PayTR panelinden iade edip incelemeyi kapatın.",
            ),
            (
                "The order is settled with another total",
                "This payment cannot be delivered on top, nor refunded here. Refund what is too much in PayTR's panel, and dismiss the review.",
            ),
        ),
        Decision::Duplicate => (
            (
                "Bu sipariş başka türlü sonuçlanmış",
                "Bu arada teslim edilmiş, ya da iade için teslimden çıkarılmış. Sipariş sayfasına bakın; iade oradan yapılabilir.",
            ),
            (
                "The order is settled otherwise",
                "It was delivered meanwhile, or taken out of delivery for a refund. See the order's page; a refund can be made there.",
            ),
        ),
        _ => (
            (
                "Ödeme teslim edilmedi",
                "Siparişin şu anki durumu buna izin vermiyor. Sipariş sayfasına bakın.",
            ),
            (
                "The payment was not delivered",
                "How the order stands does not allow it. See the order's page.",
            ),
        ),
    }
}
