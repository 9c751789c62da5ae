use paytr_core::Language;

macro_rules! texts {
    ($($name:ident: $turkish:literal, $english:literal;)*) => {
        /// What the payment pages say, in one language.
        pub(crate) struct Texts {
            pub(crate) language: Language,
            $(pub(crate) $name: &'static str,)*
        }

        impl Texts {
            pub(crate) const TURKISH: Self = Self {
                language: Language::Turkish,
                $($name: $turkish,)*
            };
            pub(crate) const ENGLISH: Self = Self {
                language: Language::English,
                $($name: $english,)*
            };
        }
    };
}

texts! {
    mark: "SANDBOX – PayTR değildir, para çekilmez", "SANDBOX – not PayTR, no money moves";
    secure_payment: "Güvenli Ödeme", "Secure payment";
    order: "Sipariş", "Order";
    to_pay: "Ödenecek tutar", "Amount to pay";
    basket: "Sepet", "Basket";
    holder: "Kart Üzerindeki Ad Soyad", "Name on the card";
    number: "Kart Numarası", "Card number";
    month: "Ay", "Month";
    year: "Yıl", "Year";
    installments: "Taksit", "Instalments";
    single: "Tek Çekim", "Single payment";
    surcharge: "Vade farkları varsayımsaldır.", "The surcharges are assumed ones.";
    surcharge_word: "vade farkı", "surcharge";
    no_surcharge: "vade farksız", "no surcharge";
    installment_word: "taksit", "instalments";
    pay: "Ödeme Yap", "Pay";
    leave: "Vazgeç ve mağazaya dön", "Cancel and go back to the shop";
    give_up: "Vazgeç", "Cancel";
    test_cards: "Test kartları", "Test cards";
    test_cards_pay: "Ödeyen kartlar (PayTR belgelerinden)", "Cards that pay (documented by PayTR)";
    test_cards_decline: "Reddedilen kartlar (yalnızca sandbox)", "Cards that are declined (sandbox only)";
    test_cards_hint: "Forma doldurmak için bir kart seçin. Gerçek kart yazmayın.", "Pick a card to fill the form in. Never type a real card.";
    code: "kod", "code";
    declined: "Ödeme reddedildi.", "The payment was declined.";
    try_again: "Başka bir kartla tekrar deneyebilirsiniz.", "You can try again with another card.";
    three_d_title: "3D Secure Doğrulama", "3-D Secure check";
    three_d_text: "Telefonunuza gelen 6 haneli doğrulama kodunu girin.", "Enter the 6-digit code that was sent to your phone.";
    three_d_hint: "Sandbox kodu: 123456. Başka bir kod reddedilir.", "Sandbox code: 123456. Any other code is declined.";
    three_d_code: "Doğrulama Kodu", "Code";
    confirm: "Onayla", "Confirm";
    cancel: "Doğrulamayı iptal et", "Cancel the check";
    card: "Kart", "Card";
    bkm_title: "BKM Express ile Öde", "Pay with BKM Express";
    bkm_text: "BKM Express uygulamasında ödemeyi onaylayın.", "Approve the payment in the BKM Express app.";
    bkm_hint: "Sandbox: uygulamanın yerine siz onaylayın.", "Sandbox: you approve in place of the app.";
    paid_title: "Ödeme alındı", "Payment received";
    paid_text: "Mağazaya yönlendiriliyorsunuz.", "You are being taken back to the shop.";
    failed_title: "Ödeme yapılmadı", "Not paid";
    left_text: "Ödeme sayfasından ayrıldınız.", "You have left the payment page.";
    expired_text: "Ödeme süresi doldu.", "The time to pay has run out.";
    back_to_shop: "Mağazaya dön", "Back to the shop";
    eft_title: "Havale / EFT ile Ödeme", "Pay by bank transfer";
    eft_text: "Tutarı aşağıdaki bankalardan birine gönderin, sonra bildirimi doldurun.", "Send the amount to one of the banks, then fill in the notice.";
    bank: "Banka", "Bank";
    bank_choose: "Banka seçin", "Choose a bank";
    name: "Gönderen Ad Soyad", "Name of the sender";
    phone: "Telefon", "Phone";
    national_id: "T.C. Kimlik No son 5 hane", "Last 5 digits of the national id";
    sent_on: "Gönderim tarihi", "Sent on";
    send_notice: "Ödeme Bildirimi Yap", "Send the notice";
    notice_title: "Bildiriminiz alındı", "Your notice was received";
    notice_text: "Havale/EFT kontrol ediliyor. Sonuç mağazaya bildirilecek.", "The transfer is being checked. The shop will be told the result.";
    bank_buttons: "Sandbox: bankanın yerine siz karar verin.", "Sandbox: you decide in place of the bank.";
    arrived: "Havale geldi", "The transfer arrived";
    other_outcomes: "Diğer sonuçlar", "Other outcomes";
    account_holder: "Hesap sahibi", "Account holder";
    account_nobody: "Sandbox – para göndermeyin", "Sandbox – send no money";
    account_reference: "Açıklama", "Reference";
    eft_paid_text: "Havale/EFT onaylandı. Bu sayfayı kapatabilirsiniz.", "The transfer was approved. You can close this page.";
    unknown_card: "Sandbox yalnızca listedeki test kartlarını kabul eder. Gerçek kart numarası yazmayın.", "The sandbox takes only the test cards of the list. Do not type a real card number.";
    bad_cvv: "Test kartlarının CVV kodu 000'dır.", "The CVV of the test cards is 000.";
    bad_expiry: "Son kullanma tarihi geçersiz. Örnek: 12 / 30", "The expiry date is not valid. Example: 12 / 30";
    bad_owner: "Kart üzerindeki ad soyad gerekli.", "The name on the card is needed.";
    bad_notice: "Lütfen bütün alanları doldurun.", "Please fill in every field.";
    link_title: "Ödeme Linki", "Payment link";
    link_price: "Tutar", "Price";
    link_price_each: "Birim fiyat", "Price of one";
    link_count: "Adet", "How many";
    link_amount: "Ödemek istediğiniz tutar", "Amount you want to pay";
    link_between: "Alt ve üst sınır", "Least and most";
    link_stock: "Kalan stok", "Left in stock";
    link_until: "Son ödeme", "Can be paid until";
    link_payer: "Ödeyecek kişi", "To be paid by";
    link_buyer: "Ad Soyad", "Your name";
    link_email: "E-posta", "E-mail";
    link_go: "Ödemeye geç", "Go to payment";
    link_paid: "Ödemeniz alındı. Teşekkürler.", "Your payment was received. Thank you.";
    link_again: "Bu link yeniden ödenebilir.", "This link can be paid again.";
    link_sales: "Sandbox: bu linkle alınan ödeme", "Sandbox: payments of this link so far";
    link_deleted: "Bu link silinmiş.", "This link was deleted.";
    link_expired: "Bu linkin süresi dolmuş.", "The time of this link has run out.";
    link_sold_out: "Bu ürünün stoğu tükendi.", "This product is sold out.";
    link_collected: "Bu tahsilat ödendi.", "This bill was paid.";
    link_bad_count: "Adet bu link için uygun değil.", "This link cannot be paid for so many pieces.";
    link_bad_amount: "Tutar bu linkin sınırları dışında.", "The amount is outside of what this link takes.";
    link_bad_buyer: "Ad soyad ve e-posta gerekli.", "Name and e-mail are needed.";
    refused_title: "Ödeme başlatılamadı", "PayTR refuses this payment";
    refused_text: "Mağazanın isteği kabul edilmedi; PayTR'nin nedeni:", "The request of the shop was not accepted; the reason in PayTR's words:";
    dashboard: "Sandbox panosu", "Dashboard";
    debug_on: "Hata ayıklama açık (debug_on=1)", "Debugging is on (debug_on=1)";
    test_mode: "Test işlemi (test_mode=1)", "Test payment (test_mode=1)";
}

impl Texts {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Turkish => &Self::TURKISH,
            Language::English => &Self::ENGLISH,
        }
    }
}
