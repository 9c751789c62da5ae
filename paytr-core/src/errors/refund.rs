use super::error_table;

error_table! {
    /// Why a refund was refused. A refused refund moved no money.
    pub enum RefundFailure {
        "000" LockedDuringPayout {
            "iade yapilamiyor, daha sonra tekrar deneyin",
            "refunds are locked while payouts run",
            "try again later with the same reference",
        }
        "001" StoreUnknownOrInactive {
            "Gecersiz istek veya magaza aktif degil",
            "merchant_id is missing or wrong, or the store is inactive",
            "check the merchant id, and in the panel that the store is active",
        }
        "002" OrderIdMissing {
            "Gecersiz merchant_oid",
            "the order id is missing",
            "send the order id that get-token was called with",
        }
        "003" AmountMissing {
            "Gecersiz return_amount",
            "the amount is missing",
            "send the amount in major units with a dot, such as 34.56",
        }
        "004" Token {
            "paytr_token gonderilmedi veya gecersiz",
            "the token is missing or wrong",
            "check merchant key and salt: swapped, cut, or with a blank at an end",
        }
        "005" NoSuccessfulPayment {
            "merchant_oid ile basarili odeme bulunamadi",
            "the order has no successful payment",
            "check the order id; there is nothing to refund",
        }
        "007" NotificationOpen {
            "merchant_oid bulundu ancak odeme henuz siteye bildirilmemis",
            "the order exists, but its notification has not been answered with OK yet",
            "let the notification be answered, then try again; see Bildirim Durdu in the panel",
        }
        "008" PaymentTypeNotRefundable {
            "XYZ odeme tipi iade desteklemiyor",
            "this payment type cannot be refunded",
            "give the money back outside PayTR",
        }
        "009" MoreThanRemaining {
            "Toplam iade tutari odeme tutarindan fazla olamaz",
            "more than what is left of the order",
            "ask for the status: it lists the refunds so far",
        }
        "010" BalanceTooLow {
            "Net bakiyeniz yetersiz",
            "the store's balance is too low",
            "try again when the balance has grown",
        }
        "011" OlderThanOneYear {
            "Bir yildan eski islemler icin iade islemi yapilamaz.",
            "the payment is older than one year",
            "give the money back outside PayTR",
        }
    }
}

impl RefundFailure {
    /// Whether the same refund may succeed later: 000, 007 and 010.
    #[must_use]
    pub fn may_succeed_later(&self) -> bool {
        matches!(
            self,
            Self::LockedDuringPayout | Self::NotificationOpen | Self::BalanceTooLow
        )
    }
}

error_table! {
    /// Why a status inquiry was refused.
    ///
    /// Code 004 has two published texts, one for an unknown order and one for an order without a
    /// successful payment. They cannot be told apart by code.
    pub enum StatusFailure {
        "001" StoreUnknownOrInactive {
            "Gecersiz istek veya magaza aktif degil",
            "merchant_id is missing or wrong, or the store is inactive",
            "check the merchant id, and in the panel that the store is active",
        }
        "002" OrderIdMissing {
            "Gecersiz merchant_oid",
            "the order id is missing",
            "send the order id that get-token was called with",
        }
        "003" Token {
            "paytr_token gonderilmedi veya gecersiz",
            "the token is missing or wrong",
            "check merchant key and salt: swapped, cut, or with a blank at an end",
        }
        "004" NoSuccessfulPayment {
            "merchant_oid ile islem bulunamadi; merchant_oid ile basarili odeme bulunamadi",
            "the order is unknown, or it has no successful payment",
            "treat it as not paid for now; a pending order answers the same",
        }
    }
}
