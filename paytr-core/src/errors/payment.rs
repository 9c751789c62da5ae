use super::error_table;

error_table! {
    /// Why a payment failed: `failed_reason_code` of a notification.
    ///
    /// The code is not signed. The Turkish text may be shown to the buyer.
    pub enum PaymentFailure {
        "0" Varied {
            "(değişken)",
            "a varying detail from the bank or PayTR, such as limit or balance insufficient",
            "show failed_reason_msg to the buyer and offer another card",
        }
        "1" NotAuthenticated {
            "Kimlik Doğrulama yapılmadı. Lütfen tekrar deneyin ve işlemi tamamlayın.",
            "the buyer did not go through authentication",
            "offer to try again",
        }
        "2" AuthenticationFailed {
            "Kimlik Doğrulama başarısız. Lütfen tekrar deneyin ve şifreyi doğru girin.",
            "the buyer gave a wrong authentication password",
            "offer to try again",
        }
        "3" SecurityCheck {
            "Güvenlik kontrolü sonrası onay verilmedi veya kontrol yapılamadı.",
            "PayTR's security check refused the payment or could not be made",
            "offer another card or another way to pay",
        }
        "4" TransferNotFound {
            "Havale/EFT ödemesi tespit edilemedi.",
            "no bank transfer with the stated details was found",
            "ask the buyer to check the details and to notify again",
        }
        "5" TransferTooSmall {
            "Havale/EFT ödeme tutarı yetersiz. Lütfen gönderdiğiniz tutar kadar bildirim yapın.",
            "less than the order amount was transferred",
            "ask the buyer to transfer the rest, or open an order of the amount sent",
        }
        "6" BuyerLeft {
            "Müşteri ödeme yapmaktan vazgeçti ve ödeme sayfasından ayrıldı.",
            "the buyer left the page, or its time limit passed",
            "keep the cart; open a new order when the buyer comes back",
        }
        "7" EarlierNoticePending {
            "Bildiriminiz alınmadı, lütfen önceki bildiriminizin kontrolünün sonuçlanmasını bekleyin.",
            "the buyer notified again while an earlier notice is being checked",
            "wait for the result of the earlier notice",
        }
        "8" InstallmentsNotPossible {
            "Bu karta taksit yapılamamaktadır.",
            "the chosen instalments are not possible with this card",
            "offer a single payment; the BIN inquiry tells the program of a card",
        }
        "9" CardNotAllowed {
            "Bu kart ile işlem yetkisi bulunmamaktadır.",
            "the store is not authorised for this card",
            "offer another card; ask PayTR for the permission",
        }
        "10" ThreeDSecureRequired {
            "Bu işlemde 3D Secure kullanılmalıdır.",
            "3-D Secure is required",
            "try again with non_3d=0",
        }
        "11" FraudAlert {
            "Güvenlik uyarısı. İşlem yapan müşterinizi kontrol edin.",
            "a fraud alert",
            "check this buyer before anything is delivered",
        }
        "41" TransferNameDiffers {
            "Havale/EFT ödemesi ile bildirimdeki Ad Soyadı uyuşmuyor.",
            "the name differs from the bank's record",
            "ask the buyer to notify again with the name of the account holder",
        }
        "42" TransferNationalIdDiffers {
            "Havale/EFT ödemesi ile bildirimdeki TCKN uyuşmuyor.",
            "the national id differs from the bank's record",
            "ask the buyer to notify again with the id of the account holder",
        }
        "43" TransferAlreadyApproved {
            "Bu Havale/EFT ödemesi daha önce onaylanmış.",
            "this transfer was already approved",
            "look for the order it was approved for",
        }
        "44" TransferReturned {
            "Bu Havale/EFT ödemesi iade edilmiş.",
            "this transfer was sent back",
            "ask the buyer to transfer again",
        }
        "45" OneOfTwoNames {
            "Dekonttaki iki farklı Ad-Soyadından yalnızca birisi yazılmış",
            "the receipt has two names and only one was entered",
            "ask the buyer to notify again with both names",
        }
        "99" Integration {
            "İşlem başarısız: Teknik entegrasyon hatası.",
            "a fault of the integration, whose detail is hidden while debug_on is 0",
            "repeat it in test mode with debug_on=1 and read the detail",
        }
    }
}
