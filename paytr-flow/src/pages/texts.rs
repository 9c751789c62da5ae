//! The words of the pages, in Turkish and English, and amounts as buyers read them.

use paytr_core::{Currency, Language, Money};

/// A heading and what it means for the buyer.
pub(super) struct Notice {
    pub(super) heading: &'static str,
    pub(super) text: &'static str,
}

/// Every word of the pages in one language.
pub(super) struct Texts {
    pub(super) pay: &'static str,
    pub(super) pay_frame: &'static str,
    pub(super) amount: &'static str,
    pub(super) total: &'static str,
    pub(super) order: &'static str,
    pub(super) try_again: &'static str,
    pub(super) to_shop: &'static str,
    pub(super) after_paying: &'static str,
    pub(super) to_result: &'static str,
    pub(super) waiting: Notice,
    pub(super) not_completed: Notice,
    pub(super) paid: Notice,
    pub(super) undelivered: Notice,
    pub(super) failed: Notice,
    pub(super) review: Notice,
    pub(super) closed: Notice,
    pub(super) neutral: Notice,
    pub(super) unknown_order: Notice,
    pub(super) unavailable: Notice,
}

impl Texts {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Turkish => &TURKISH,
            Language::English => &ENGLISH,
        }
    }
}

static TURKISH: Texts = Texts {
    pay: "Ödeme",
    pay_frame: "PayTR güvenli ödeme formu",
    amount: "Tutar",
    total: "Ödenen tutar",
    order: "Sipariş no",
    try_again: "Yeniden dene",
    to_shop: "Mağazaya dön",
    after_paying: "Ödemeyi tamamladıktan sonra sonucu görmek için:",
    to_result: "Sonucu göster",
    waiting: Notice {
        heading: "Ödemenizin onayı bekleniyor",
        text: "Bankadan gelecek onayı bekliyoruz. Bu sayfa kendiliğinden güncellenir; yeniden ödeme \
               yapmayın.",
    },
    not_completed: Notice {
        heading: "Ödeme tamamlanmadı",
        text: "Henüz bir ödeme onayı almadık. Onay gelirse bu sayfa kendiliğinden güncellenir.",
    },
    paid: Notice {
        heading: "Ödemeniz alındı",
        text: "Teşekkür ederiz. Siparişiniz hazırlanıyor.",
    },
    undelivered: Notice {
        heading: "Ödemeniz alındı, siparişiniz onaylanıyor",
        text: "Ödemeniz bize ulaştı. Siparişiniz onaylanınca bu sayfa kendiliğinden güncellenir; lütfen \
               yeniden ödeme yapmayın.",
    },
    failed: Notice {
        heading: "Ödeme başarısız",
        text: "Ödeme alınamadı. Siparişi başka bir kartla yeniden deneyebilirsiniz.",
    },
    review: Notice {
        heading: "Ödemeniz inceleniyor",
        text: "Ödeme bildiriminizi elle kontrol ediyoruz. Lütfen yeniden ödeme yapmayın.",
    },
    closed: Notice {
        heading: "Bu sipariş kapandı",
        text: "Sipariş için zamanında bir ödeme almadık. Mağazadan yeniden başlayabilirsiniz.",
    },
    neutral: Notice {
        heading: "Gösterilecek bir sipariş yok",
        text: "Bu adreste bir sipariş bilgisi bulunmuyor.",
    },
    unknown_order: Notice {
        heading: "Ödeme sayfası bulunamadı",
        text: "Bu sipariş için açık bir ödeme sayfası yok. Mağazadan yeniden başlayabilirsiniz.",
    },
    unavailable: Notice {
        heading: "Şu anda yanıt veremiyoruz",
        text: "Lütfen birazdan sayfayı yenileyin. Ödeme yaptıysanız yeniden ödemeyin.",
    },
};

static ENGLISH: Texts = Texts {
    pay: "Payment",
    pay_frame: "PayTR secure payment form",
    amount: "Amount",
    total: "Amount paid",
    order: "Order number",
    try_again: "Try again",
    to_shop: "Back to the shop",
    after_paying: "To see the result after paying:",
    to_result: "Show the result",
    waiting: Notice {
        heading: "Waiting for confirmation",
        text: "We are waiting for the bank's confirmation. This page updates by itself; please do not \
               pay again.",
    },
    not_completed: Notice {
        heading: "The payment was not completed",
        text: "We have no confirmation of a payment yet. If one arrives, this page updates by itself.",
    },
    paid: Notice {
        heading: "Payment received",
        text: "Thank you. Your order is being prepared.",
    },
    undelivered: Notice {
        heading: "Payment received, your order is being confirmed",
        text: "Your payment has reached us. This page updates by itself once your order is confirmed; \
               please do not pay again.",
    },
    failed: Notice {
        heading: "The payment failed",
        text: "The payment was not taken. You can try again with another card.",
    },
    review: Notice {
        heading: "Your payment is being checked",
        text: "A person is looking at your payment. Please do not pay again.",
    },
    closed: Notice {
        heading: "This order is closed",
        text: "We received no payment for it in time. You can start again from the shop.",
    },
    neutral: Notice {
        heading: "There is no order to show",
        text: "This address has no information about an order.",
    },
    unknown_order: Notice {
        heading: "Payment page not found",
        text: "This order has no open payment page. You can start again from the shop.",
    },
    unavailable: Notice {
        heading: "We cannot answer right now",
        text: "Please reload the page in a moment. If you have paid, do not pay again.",
    },
};

/// `1.234,56 TL` in Turkish, `1,234.56 TRY` in English.
pub(crate) fn amount(money: Money, language: Language) -> String {
    let (thousands, decimal) = match language {
        Language::Turkish => ('.', ','),
        Language::English => (',', '.'),
    };
    let currency = money.currency();
    let name = match (language, currency) {
        (Language::Turkish, Currency::TRY) => "TL",
        _ => currency.code(),
    };
    let digits = usize::from(currency.minor_unit_digits());
    let padded = format!("{:0width$}", money.minor_units(), width = digits + 1);
    let (whole, fraction) = padded.split_at(padded.len() - digits);
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if digits > 0 {
        text.push(decimal);
        text.push_str(fraction);
    }
    text.push(' ');
    text.push_str(name);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_spelled_as_the_language_does() {
        let table = [
            (5, Currency::TRY, "0,05 TL", "0.05 TRY"),
            (3_456, Currency::TRY, "34,56 TL", "34.56 TRY"),
            (100_000, Currency::EUR, "1.000,00 EUR", "1,000.00 EUR"),
            (
                123_456_789,
                Currency::TRY,
                "1.234.567,89 TL",
                "1,234,567.89 TRY",
            ),
            (1_200, "JPY".parse().unwrap(), "1.200 JPY", "1,200 JPY"),
        ];
        for (minor_units, currency, turkish, english) in table {
            let money = Money::new(minor_units, currency);
            assert_eq!(amount(money, Language::Turkish), turkish);
            assert_eq!(amount(money, Language::English), english);
        }
    }
}
