//! What goes over the wire for stored cards, links and transfers, byte for byte.

use paytr_core::api::LinkKind;

use crate::common::payments::{
    callback_target, card, cashout, charge, link, link_id, recurring, transfer, user,
};
use crate::common::server::{Server, assert_posted, ok};
use crate::common::shop::lira;

const YES: &str = r#"{"status":"success"}"#;
const LINK: &str = r#"{"status":"success","id":"L1","link":"https://www.paytr.com/link/L1"}"#;

/// What a charge posts before its last two fields.
const CHARGE: &str = "merchant_id=123456&user_ip=88.255.10.20&merchant_oid=SIPARIS0001\
    &email=musteri%40example.com&payment_amount=34.56&payment_type=card&installment_count=0\
    &currency=TL&test_mode=0&non_3d=1&user_name=Ay%C5%9Fe+Y%C4%B1lmaz\
    &user_address=Atat%C3%BCrk+Cad.+1%2C+%C4%B0zmir&user_phone=05001112233\
    &user_basket=%5B%5B%22Kalem+%5C%22A%26B%5C%22+%3C1%3E%22%2C%2234.56%22%2C1%5D%5D\
    &merchant_ok_url=https%3A%2F%2Fshop.example%2Fok%3Fa%3D1%26b%3D2\
    &merchant_fail_url=https%3A%2F%2Fshop.example%2Ffail&client_lang=tr&debug_on=0\
    &utoken=u1u2u3&ctoken=c1c2c3";

#[tokio::test]
async fn a_charge_is_posted_byte_for_byte() {
    for (charge, kind) in [(charge(), "sync_mode"), (recurring(), "recurring_payment")] {
        let server = Server::always(ok(YES)).await;
        let _outcome = server.client().charge(&charge).await.unwrap();
        let token = "OmqDz66WPfISycbxwTZ8mGcbIaZnxhdyiaYFuTM7%2FJ8%3D";
        let body = format!("{CHARGE}&{kind}=1&paytr_token={token}");
        assert_posted(&server, "/odeme", &body);
    }
}

#[tokio::test]
async fn a_card_list_is_asked_for_byte_for_byte() {
    let server = Server::always(ok("[]")).await;
    server.client().stored_cards(&user()).await.unwrap();
    assert_posted(
        &server,
        "/odeme/capi/list",
        "merchant_id=123456&utoken=u1u2u3\
         &paytr_token=2uLjQBVhJtYqWy6QuNPbgBRurCrKhVEbshqe0NK8SV4%3D",
    );
}

#[tokio::test]
async fn a_card_deletion_is_posted_byte_for_byte() {
    let server = Server::always(ok(YES)).await;
    let client = server.client();
    client.delete_stored_card(&user(), &card()).await.unwrap();
    assert_posted(
        &server,
        "/odeme/capi/delete",
        "merchant_id=123456&ctoken=c1c2c3&utoken=u1u2u3\
         &paytr_token=xxqgwyqFp%2F8HeRXMqZdvsgHY0gr03Pl8sonS49Pbn%2Bw%3D",
    );
}

#[tokio::test]
async fn a_product_link_is_posted_byte_for_byte() {
    let server = Server::always(ok(LINK)).await;
    let mut request = link(LinkKind::Product {
        min_count: 1,
        max_count: Some(20),
    });
    request.interest_free_up_to = Some(3);
    request.expires_at = Some("2026-12-31 23:59:59".parse().unwrap());
    request.callback = Some(callback_target("https://shop.example/link"));
    request.qr_code = true;
    request.debug = true;
    server.client().create_link(&request).await.unwrap();
    assert_posted(
        &server,
        "/odeme/api/link/create",
        "merchant_id=123456&name=K%C4%B1rm%C4%B1z%C4%B1+Defter&price=3456&currency=TL\
         &max_installment=12&link_type=product&lang=tr&min_count=1&max_count=20&pft=3\
         &expiry_date=2026-12-31+23%3A59%3A59&callback_link=https%3A%2F%2Fshop.example%2Flink\
         &callback_id=LINK00000001&get_qr=1&debug_on=1\
         &paytr_token=EkZP0hhIo6rSJVBX7CTreVAM7zKB8Dtu0bUI1XoCqI8%3D",
    );
}

#[tokio::test]
async fn a_collection_link_is_posted_byte_for_byte() {
    let server = Server::always(ok(LINK)).await;
    let request = link(LinkKind::collection("a@b.co"));
    server.client().create_link(&request).await.unwrap();
    assert_posted(
        &server,
        "/odeme/api/link/create",
        "merchant_id=123456&name=K%C4%B1rm%C4%B1z%C4%B1+Defter&price=3456&currency=TL\
         &max_installment=12&link_type=collection&lang=tr&email=a%40b.co&get_qr=0&debug_on=0\
         &paytr_token=rh%2BDtDbT7UJa0ev4GeEA02SkjqpBvuEjaiW%2BKO6VHG0%3D",
    );
}

#[tokio::test]
async fn a_flex_link_is_posted_byte_for_byte() {
    let server = Server::always(ok(LINK)).await;
    let request = link(LinkKind::Flex {
        max_price: lira(500_000),
        user_name: Some("Ayşe".to_owned()),
    });
    server.client().create_link(&request).await.unwrap();
    assert_posted(
        &server,
        "/odeme/api/link/create",
        "merchant_id=123456&name=K%C4%B1rm%C4%B1z%C4%B1+Defter&price=3456&currency=TL\
         &max_installment=12&link_type=flex&lang=tr&flex_max_price=500000&user_name=Ay%C5%9Fe\
         &get_qr=0&debug_on=0\
         &paytr_token=%2BL6RMxSPG2DpHDLVnCPdBlJ3HfwrE6Hl0dxunS6Z8nA%3D",
    );
}

#[tokio::test]
async fn a_link_deletion_is_posted_byte_for_byte() {
    let server = Server::always(ok(YES)).await;
    let links = [link_id("L1"), link_id("L2")];
    server.client().delete_links(&links).await.unwrap();
    assert_posted(
        &server,
        "/odeme/api/link/delete",
        "merchant_id=123456&id=L1%2CL2&debug_on=1\
         &paytr_token=o%2F%2BNDt%2BKVzHFB9nLRoUDunZ%2BG3qhCi25u9KaCHPsGLE%3D",
    );
}

#[tokio::test]
async fn an_sms_with_a_link_is_posted_byte_for_byte() {
    let server = Server::always(ok(YES)).await;
    let client = server.client();
    let link = link_id("L1");
    client.send_link_by_sms(&link, "05551112233").await.unwrap();
    assert_posted(
        &server,
        "/odeme/api/link/send-sms",
        "merchant_id=123456&id=L1&cell_phone=05551112233&debug_on=1\
         &paytr_token=mxCQ8tMJKwQMy76l5TOAtgEkEk8GH1TlFsVHo%2FV4jHw%3D",
    );
}

#[tokio::test]
async fn an_email_with_a_link_is_posted_byte_for_byte() {
    let server = Server::always(ok(YES)).await;
    let client = server.client();
    let link = link_id("L1");
    client.send_link_by_email(&link, "a@b.co").await.unwrap();
    assert_posted(
        &server,
        "/odeme/api/link/send-email",
        "merchant_id=123456&id=L1&email=a%40b.co&debug_on=1\
         &paytr_token=cvw4shBO24PIYdnT%2FZW8UqoxnF1eE0svBdJGufyRJik%3D",
    );
}

#[tokio::test]
async fn a_platform_transfer_is_posted_byte_for_byte() {
    let server = Server::always(ok(YES)).await;
    server.client().transfer(&transfer()).await.unwrap();
    assert_posted(
        &server,
        "/odeme/platform/transfer",
        "merchant_id=123456&merchant_oid=SIPARIS0001&trans_id=TR0001&submerchant_amount=3000\
         &total_amount=3456&transfer_name=Ay%C5%9Fe+Y%C4%B1lmaz\
         &transfer_iban=TR330006100519786457841326\
         &paytr_token=bvDdUbonCsAUSV4PVXsEwsquhBY71xWXmsQVHM6bsS8%3D",
    );
}

#[tokio::test]
async fn a_cashout_is_posted_byte_for_byte() {
    let server = Server::always(ok(YES)).await;
    server.client().cashout(&cashout()).await.unwrap();
    assert_posted(
        &server,
        "/odeme/hesaptan-gonder",
        "merchant_id=123456&trans_id=CO0001\
         &trans_info=%5B%7B%22amount%22%3A%221283%22%2C%22receiver%22%3A%22XYZ+LTD+%C5%9ET%C4%B0%22\
         %2C%22iban%22%3A%22TR330006100519786457841326%22%7D%5D\
         &paytr_token=zUsCX6Nh6IjFgC%2BmUsGsVlAw7LdF55%2F6mFqnEo7soPM%3D",
    );
}
