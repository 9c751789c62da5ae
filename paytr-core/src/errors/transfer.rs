use super::error_table;

error_table! {
    /// Why a platform transfer, a list of returned transfers or a cashout was refused.
    ///
    /// Codes 301 to 306 belong to a service that PayTR lists codes of but does not document.
    pub enum TransferFailure {
        "001" StoreUnknownOrInactive {
            "Gecersiz istek veya magaza aktif degil",
            "merchant_id is wrong, or the store is inactive",
            "check the merchant id, and in the panel that the store is active",
        }
        "002" NotAMarketplace {
            "Bu servis icin yetkiniz yok",
            "the store is not a marketplace",
            "ask PayTR for the marketplace permission",
        }
        "003" TransferIdMissing {
            "Gecersiz trans_id",
            "trans_id is missing",
            "send a transfer id of letters and digits",
        }
        "004" Token {
            "paytr_token gonderilmedi veya gecersiz",
            "the token is missing or wrong",
            "check merchant key and salt: swapped, cut, or with a blank at an end",
        }
        "005" OrderIdMissing {
            "Gecersiz merchant_oid",
            "the order id is missing",
            "send the order id that get-token was called with",
        }
        "006" NoSuccessfulPayment {
            "merchant_oid ile basarili odeme bulunamadi",
            "the order has no successful payment",
            "check the order id; there is nothing to transfer",
        }
        "007" NotificationOpen {
            "merchant_oid bulundu ancak odeme henuz siteye bildirilmemis",
            "the order exists, but its notification has not been answered with OK yet",
            "let the notification be answered, then try again",
        }
        "008" BeforeValueDate {
            "valor tarihi gecmeden transfer yapilamaz, (tarih) sonrasi tekrar deneyin",
            "the value date has not passed yet",
            "try again after the date in the message",
        }
        "009" TransferIdUsed {
            "trans_id benzersiz olmalidir, bu trans_id daha once kullanilmis.",
            "this trans_id was used before",
            "if it was yours, the transfer is already given; otherwise use a new id",
        }
        "010" MoreThanRemaining {
            "toplam transfer tutari, kalan tutardan fazla olamaz.",
            "more than what is left of the order",
            "sum up the transfers of the order so far",
        }
        "012" CommissionNotCovered {
            "platform komisyonu sifirdan az olamaz",
            "too little is left for PayTR's commission",
            "transfer less to the seller",
        }
        "091" IbanChecksum {
            "transfer_iban degeri IBAN dogrulamasindan gecemedi, lutfen kontrol edin.",
            "the IBAN's checksum is wrong",
            "ask the seller for the IBAN again",
        }
        "092" IbanFormat {
            "transfer_iban TR ile baslamalidir, bosluk veya '-' icermemeli ve 26 hane olmalidir, lutfen kontrol edin.",
            "the IBAN is not TR and 24 digits without blanks",
            "remove blanks and hyphens; only Turkish accounts are possible",
        }
        "095" NegativeSellerAmount {
            "submerchant_amount sifirdan kucuk olamaz.",
            "the seller's amount is below zero",
            "send zero or more",
        }
        "096" TransferIdCharacters {
            "trans_id alfanumerik olmalidir, ozel karakter iceremez",
            "trans_id has other characters than letters and digits",
            "use letters and digits only",
        }
        "097" IbanMissing {
            "transfer_iban zorunludur, lutfen kontrol edin",
            "the IBAN is missing",
            "send the seller's IBAN",
        }
        "098" NameMissing {
            "transfer_name zorunludur, lutfen kontrol edin",
            "the name is missing",
            "send the name of the account holder",
        }
        "099" TotalNotPositive {
            "total_amount sifirdan buyuk ve sayisal olmalidir",
            "the total is not a number above zero",
            "send the order total in minor units",
        }
        "100" NameWithoutBlank {
            "transfer_name icerisinde ad ve soyad arasinda bosluk olmalidir",
            "the name has no blank between first and last name",
            "send first and last name",
        }
        "101" NamePartTooShort {
            "transfer_name icerisinde ad ve soyad en az 2 karakter olmalidir",
            "a part of the name has fewer than 2 characters",
            "send the whole first and last name",
        }
        "201" CashoutToken {
            "paytr_token gonderilmedi veya gecersiz",
            "cashout: the token is missing or wrong",
            "check merchant key and salt: swapped, cut, or with a blank at an end",
        }
        "202" CashoutIdCharacters {
            "trans_id alfanumerik olmalidir, ozel karakter iceremez",
            "cashout: trans_id has other characters than letters and digits",
            "use letters and digits only",
        }
        "203" CashoutIdUsed {
            "trans_id benzersiz olmalidir, bu trans_id daha once kullanilmis.",
            "cashout: this trans_id was used before",
            "if it was yours, the cashout is already given; otherwise use a new id",
        }
        "204" CashoutTooLong {
            "trans_info izin verilenden uzun, daha az kayit ile tekrar deneyin",
            "cashout: trans_info is too long",
            "split it into several cashouts, each with its own id",
        }
        "205" CashoutRowCount {
            "trans_info en az 2 islem en fazla 2000 islem icermelidir",
            "cashout: trans_info has 2 to 2000 rows",
            "send 2 to 2000 rows",
        }
        "206" CashoutNotJson {
            "trans_info gecerli bir JSON string degil",
            "cashout: trans_info is not JSON",
            "report it: this library writes the JSON",
        }
        "301" BulkToken {
            "paytr_token gonderilmedi veya gecersiz",
            "undocumented service: the token is missing or wrong",
            "ask PayTR: this service has no public documentation",
        }
        "302" BulkIdCharacters {
            "trans_id alfanumerik olmalidir, ozel karakter iceremez",
            "undocumented service: trans_id has other characters than letters and digits",
            "ask PayTR: this service has no public documentation",
        }
        "303" BulkIdUsed {
            "trans_id benzersiz olmalidir, bu trans_id daha once kullanilmis.",
            "undocumented service: this trans_id was used before",
            "ask PayTR: this service has no public documentation",
        }
        "305" BulkRowCount {
            "merchant_oids en az X islem, en fazla Y islem icermelidir",
            "undocumented service: too few or too many orders",
            "ask PayTR: this service has no public documentation",
        }
        "306" BulkNotJson {
            "merchant_oids gecerli bir JSON string degil",
            "undocumented service: merchant_oids is not JSON",
            "ask PayTR: this service has no public documentation",
        }
        "BLK" OrderBlocked {
            "merchant_oid numarali islemde bloke mevcut, detayli bilgi icin bize ulasin",
            "the order is blocked",
            "contact PayTR",
        }
    }
}
