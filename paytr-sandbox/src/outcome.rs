//! How a payment may end: the reasons of a failure, and the outcomes of a bank transfer.

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

/// What becomes of a bank transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EftOutcome {
    /// It arrived: `success`.
    Arrived,
    /// Not found: `failed` with code 4.
    NotFound,
    /// Less than the amount: code 5.
    TooLittle,
    /// The buyer sent a notice while an earlier one is being checked: code 7.
    NoticeRepeated,
    /// Another name: code 41.
    NameDiffers,
    /// Another national id: code 42.
    NationalIdDiffers,
    /// Approved before: code 43.
    AlreadyApproved,
    /// Returned: code 44.
    Returned,
    /// One of two names is missing: code 45.
    OneNameMissing,
}

impl EftOutcome {
    /// Every outcome.
    pub const ALL: [Self; 9] = [
        Self::Arrived,
        Self::NotFound,
        Self::TooLittle,
        Self::NoticeRepeated,
        Self::NameDiffers,
        Self::NationalIdDiffers,
        Self::AlreadyApproved,
        Self::Returned,
        Self::OneNameMissing,
    ];

    /// The name in the control API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::NotFound => "not-found",
            Self::TooLittle => "too-little",
            Self::NoticeRepeated => "notice-repeated",
            Self::NameDiffers => "name-differs",
            Self::NationalIdDiffers => "national-id-differs",
            Self::AlreadyApproved => "already-approved",
            Self::Returned => "returned",
            Self::OneNameMissing => "one-name-missing",
        }
    }

    /// The outcome with this [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Why it failed; `None` when the transfer arrived.
    #[must_use]
    pub fn failed_reason(self) -> Option<FailedReason> {
        match self {
            Self::Arrived => None,
            Self::NotFound => Some(FailedReason::TRANSFER_NOT_FOUND),
            Self::TooLittle => Some(FailedReason::TRANSFER_TOO_LITTLE),
            Self::NoticeRepeated => Some(FailedReason::NOTICE_REPEATED),
            Self::NameDiffers => Some(FailedReason::NAME_DIFFERS),
            Self::NationalIdDiffers => Some(FailedReason::NATIONAL_ID_DIFFERS),
            Self::AlreadyApproved => Some(FailedReason::TRANSFER_ALREADY_APPROVED),
            Self::Returned => Some(FailedReason::TRANSFER_RETURNED),
            Self::OneNameMissing => Some(FailedReason::ONE_NAME_MISSING),
        }
    }
}
