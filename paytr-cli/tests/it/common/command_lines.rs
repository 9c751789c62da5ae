/// The arguments of an order, as `charge` and `direct-form` need them.
pub(crate) fn order(command: &str, id: &str) -> Vec<String> {
    let order = [
        command,
        "--order-id",
        id,
        "--email",
        "musteri@example.com",
        "--amount",
        "34,56",
        "--user-ip",
        "::ffff:88.255.10.20",
        "--basket",
        "Şişe: büyük:34.56:1",
        "--user-name",
        "Ayşe Yılmaz",
        "--user-address",
        "Moda Caddesi 1 & 2",
        "--user-phone",
        "05551112233",
        "--ok-url",
        "https://shop.example/ok?a=1&b=2",
        "--fail-url",
        "https://shop.example/fail",
    ];
    order.map(str::to_owned).to_vec()
}

/// A command line of everything that is sent, with its path and the fields that its token covers, in
/// order.
pub(crate) const REQUESTS: [(&str, &str, &[&str]); 18] = [
    (
        "iframe-token --order-id A1 --email a@b.co --amount 34.56 --user-ip 88.255.10.20 --basket K:34.56:1 \
         --user-name N --user-address A --user-phone 5 --ok-url https://s.example/o --fail-url https://s.example/f",
        "/odeme/api/get-token",
        &[
            "merchant_id",
            "user_ip",
            "merchant_oid",
            "email",
            "payment_amount",
            "user_basket",
            "no_installment",
            "max_installment",
            "currency",
            "test_mode",
        ],
    ),
    (
        "iframe-token --eft --order-id A1 --email a@b.co --amount 34.56 --user-ip 88.255.10.20",
        "/odeme/api/get-token",
        &[
            "merchant_id",
            "user_ip",
            "merchant_oid",
            "email",
            "payment_amount",
            "payment_type",
            "test_mode",
        ],
    ),
    (
        "charge --order-id A1 --email a@b.co --amount 34.56 --user-ip 88.255.10.20 --basket K:34.56:1 \
         --user-name N --user-address A --user-phone 5 --ok-url https://s.example/o --fail-url https://s.example/f \
         --utoken u+1/= --ctoken c1",
        "/odeme",
        DIRECT,
    ),
    (
        "charge --recurring --order-id A1 --email a+x@b.co --amount 34.56 --user-ip 88.255.10.20 \
         --basket K:34.56:1 --user-name N --user-address A --user-phone 5 --ok-url https://s.example/o \
         --fail-url https://s.example/f --utoken u1 --ctoken c1 --installments 3 --card-type bonus",
        "/odeme",
        DIRECT,
    ),
    (
        "status A1",
        "/odeme/durum-sorgu",
        &["merchant_id", "merchant_oid"],
    ),
    (
        "refund A1 --amount 11.97 --reference R1",
        "/odeme/iade",
        &["merchant_id", "merchant_oid", "return_amount"],
    ),
    (
        "bin 435508",
        "/odeme/api/bin-detail",
        &["bin_number", "merchant_id"],
    ),
    (
        "installments --request-id r1 --single --abroad",
        "/odeme/taksit-oranlari",
        &["merchant_id", "request_id"],
    ),
    ("cards list --utoken u+1/=", "/odeme/capi/list", &["utoken"]),
    (
        "cards delete --utoken u1 --ctoken c1",
        "/odeme/capi/delete",
        &["ctoken", "utoken"],
    ),
    (
        "link create --name Defter --price 34.56 --max-installment 3",
        "/odeme/api/link/create",
        &[
            "name",
            "price",
            "currency",
            "max_installment",
            "link_type",
            "lang",
            "min_count",
        ],
    ),
    (
        "link delete L1 L2",
        "/odeme/api/link/delete",
        &["id", "merchant_id"],
    ),
    (
        "link sms L1 --phone 05551112233",
        "/odeme/api/link/send-sms",
        &["id", "merchant_id", "cell_phone"],
    ),
    (
        "link email L1 --email a@b.co",
        "/odeme/api/link/send-email",
        &["id", "merchant_id", "email"],
    ),
    (
        "report detail 2026-01-15",
        "/rapor/odeme-detayi",
        &["merchant_id", "date"],
    ),
    (
        "report statement --from 2026-01-01 --to 2026-01-31",
        "/rapor/odeme-dokumu",
        RANGE,
    ),
    (
        "report transactions --from 2026-01-01 --to 2026-01-03 --dummy",
        "/rapor/islem-dokumu",
        RANGE,
    ),
    (
        "returned --from 2026-01-01 --to 2026-01-31",
        "/odeme/geri-donen-transfer",
        RANGE,
    ),
];

/// The same for what moves money from the marketplace, beside `refund` and `charge`.
pub(crate) const MONEY: [(&str, &str, &[&str]); 2] = [
    (
        "transfer --order-id A1 --seller-amount 30 --total 34.56 --receiver Ayşe_Yılmaz \
         --iban TR330006100519786457841326 --trans-id T1",
        "/odeme/platform/transfer",
        &[
            "merchant_id",
            "merchant_oid",
            "trans_id",
            "submerchant_amount",
            "total_amount",
            "transfer_name",
            "transfer_iban",
        ],
    ),
    (
        "cashout --trans-id C1 --payout 12.83:TR330006100519786457841326:XYZ",
        "/odeme/hesaptan-gonder",
        &["merchant_id", "trans_id"],
    ),
];

const DIRECT: &[&str] = &[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "payment_type",
    "installment_count",
    "currency",
    "test_mode",
    "non_3d",
];

const RANGE: &[&str] = &["merchant_id", "start_date", "end_date"];
