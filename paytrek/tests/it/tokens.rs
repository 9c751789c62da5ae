//! Tokens are checked before they can enter a path.

use paytrek::{
    CardToken, Host, OrderId, PlanToken, ReturnTokenError, SaleToken, SubscriptionToken,
    return_token,
};

const SALE: &str = "c626f49193114e24ad0980752b749318";
const UUID: &str = "2b54e2f7-58ad-40e3-9a71-f3bc9333c406";

#[test]
fn a_sale_token_is_32_lower_case_hexadecimal_digits() {
    assert_eq!(SaleToken::new(SALE).unwrap().as_str(), SALE);
    for wrong in [
        "",
        "c626f49193114e24ad0980752b74931",
        "c626f49193114e24ad0980752b7493180",
        "C626F49193114E24AD0980752B749318",
        "g626f49193114e24ad0980752b749318",
        "../../../../../api/v2/vault/a/b/",
        "c626f491/3114e24ad0980752b749318",
        "c626f49193114e24ad0980752b74931\n",
        UUID,
        "%2e%2e%2f93114e24ad0980752b74931",
        "ｃ626f49193114e24ad0980752b749",
    ] {
        assert!(SaleToken::new(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn card_plan_and_subscription_tokens_are_lower_case_uuids() {
    assert!(CardToken::new(UUID).is_ok());
    assert!(PlanToken::new(UUID).is_ok());
    assert!(SubscriptionToken::new(UUID).is_ok());
    for wrong in [
        "",
        SALE,
        "2B54E2F7-58AD-40E3-9A71-F3BC9333C406",
        "2b54e2f7-58ad-40e3-9a71-f3bc9333c40",
        "2b54e2f7-58ad-40e3-9a71-f3bc9333c4066",
        "2b54e2f7058ad040e309a710f3bc9333c406",
        "2b54e2f7-58ad-40e3-9a71-f3bc9333c4/6",
        "{2b54e2f7-58ad-40e3-9a71-f3bc9333c4}",
    ] {
        assert!(CardToken::new(wrong).is_err(), "{wrong:?}");
        assert!(PlanToken::new(wrong).is_err(), "{wrong:?}");
        assert!(SubscriptionToken::new(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn p21_a_return_has_exactly_one_well_formed_token() {
    let found = return_token(&format!("token={SALE}")).unwrap();
    assert_eq!(found.as_str(), SALE);
    assert!(return_token(&format!("a=1&token={SALE}&b=2")).is_ok());
    let twice = format!("token={SALE}&token={SALE}");
    assert_eq!(return_token(&twice), Err(ReturnTokenError::Repeated));
    for nothing in ["", "Token=1", "a=b", "tokens=1"] {
        assert_eq!(
            return_token(nothing),
            Err(ReturnTokenError::Missing),
            "{nothing}"
        );
    }
    for wrong in [
        "token=",
        "token",
        "token=..%2F",
        "token=C626F49193114E24AD0980752B749318",
        "token=c626f49193114e24ad0980752b74931",
        "token=c626f49193114e24ad0980752b7493180",
        "token=c626f49193114e24ad0980752b749318%00",
        "token=%20c626f49193114e24ad0980752b749318",
    ] {
        assert_eq!(
            return_token(wrong),
            Err(ReturnTokenError::Malformed),
            "{wrong}"
        );
    }
}

#[test]
fn an_order_id_can_stand_in_a_path_as_it_is() {
    for good in ["1467034250", "SHOP-1_a", &"a".repeat(64)] {
        assert!(OrderId::new(good).is_ok(), "{good}");
    }
    for wrong in [
        "",
        "a/b",
        "..",
        "a b",
        "a?b",
        "a%2f",
        "ş",
        "a:b",
        &"a".repeat(65),
        "a\n",
    ] {
        assert!(OrderId::new(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_shown_token_is_cut_short() {
    let token = SaleToken::new(SALE).unwrap();
    assert_eq!(format!("{token:?}"), "SaleToken(c626f491..)");
    let page = Host::turkey().hosted_page(&token);
    assert_eq!(page, format!("https://secure.paytrek.com.tr/?token={SALE}"));
}
