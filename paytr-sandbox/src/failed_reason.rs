use std::fmt;

use paytr_core::Language;

/// Why a payment failed: one row of PayTR's table of `failed_reason_code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedReason {
    code: &'static str,
    turkish: &'static str,
    english: &'static str,
}

macro_rules! reasons {
    ($($name:ident $code:literal $turkish:literal $english:literal)*) => {
        impl FailedReason {
            $(pub(crate) const $name: Self = Self { code: $code, turkish: $turkish, english: $english };)*
        }
    };
}

reasons! {
    LIMIT "0" "Kart limiti yetersiz, bakiye yetersiz." "The limit or the balance of the card is not enough."
    NOT_AUTHENTICATED "1" "Kimlik Doğrulama yapılmadı. Lütfen tekrar deneyin ve işlemi tamamlayın." "You did not go through the authentication. Please try again and complete it."
    WRONG_PASSWORD "2" "Kimlik Doğrulama başarısız. Lütfen tekrar deneyin ve şifreyi doğru girin." "The authentication failed. Please try again and enter the right password."
    SECURITY_CHECK "3" "Güvenlik kontrolü sonrası onay verilmedi veya kontrol yapılamadı." "The security check refused the payment or could not be made."
    TRANSFER_NOT_FOUND "4" "Havale/EFT ödemesi tespit edilemedi." "The transfer was not found."
    TRANSFER_TOO_LITTLE "5" "Havale/EFT ödeme tutarı yetersiz. Lütfen gönderdiğiniz tutar kadar bildirim yapın." "The transfer is less than the amount of the order."
    LEFT "6" "Müşteri ödeme yapmaktan vazgeçti ve ödeme sayfasından ayrıldı." "The buyer left the payment page, or its time ran out."
    NOTICE_REPEATED "7" "Bildiriminiz alınmadı, lütfen önceki bildiriminizin kontrolünün sonuçlanmasını bekleyin." "Your notice was not taken: please wait until your earlier one has been checked."
    NO_INSTALLMENTS "8" "Bu karta taksit yapılamamaktadır." "This card does not take instalments."
    CARD_NOT_AUTHORISED "9" "Bu kart ile işlem yetkisi bulunmamaktadır." "The shop may not take this card."
    THREE_D_SECURE_REQUIRED "10" "Bu işlemde 3D Secure kullanılmalıdır." "This payment needs 3-D Secure."
    FRAUD_ALERT "11" "Güvenlik uyarısı. İşlem yapan müşterinizi kontrol edin." "Security alert: check this buyer."
    NAME_DIFFERS "41" "Havale/EFT ödemesi ile bildirimdeki Ad Soyadı uyuşmuyor." "The name differs from the one on the transfer."
    NATIONAL_ID_DIFFERS "42" "Havale/EFT ödemesi ile bildirimdeki TCKN uyuşmuyor." "The national id differs from the one on the transfer."
    TRANSFER_ALREADY_APPROVED "43" "Bu Havale/EFT ödemesi daha önce onaylanmış." "This transfer was approved before."
    TRANSFER_RETURNED "44" "Bu Havale/EFT ödemesi iade edilmiş." "This transfer was returned."
    ONE_NAME_MISSING "45" "Dekonttaki iki farklı Ad-Soyadından yalnızca birisi yazılmış" "The receipt has two names and only one was entered."
    INTEGRATION_FAULT "99" "İşlem başarısız: Teknik entegrasyon hatası." "The payment failed: integration fault."
    INTEGRATION_DETAIL "0" "Sandbox: debug_on=1 iken 99 yerine ayrıntılı hata metni gelir." "Sandbox: with debug_on=1 a detailed text comes instead of code 99."
}

impl FailedReason {
    /// `failed_reason_code`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.code
    }

    /// `failed_reason_msg`: PayTR's Turkish text.
    #[must_use]
    pub fn turkish(self) -> &'static str {
        self.turkish
    }

    /// The text in a language of the payment pages.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        match language {
            Language::Turkish => self.turkish,
            Language::English => self.english,
        }
    }

    /// What it means, in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        self.english
    }
}

impl fmt::Display for FailedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.english, self.code)
    }
}
