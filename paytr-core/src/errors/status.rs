use super::error_table;

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
