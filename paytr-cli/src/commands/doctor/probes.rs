use paytr_sandbox::{Problem, ShopReply};

use super::finding::{Advice, Finding, Probe};
use super::patient::{Patient, huge};
use crate::exit::Failure;

const PLAIN_HTTP: Advice = Advice {
    turkish: "adres http:// ile başlıyor: canlıda https:// kullanın",
    english: "the address is http://: in production use https://",
};
const TAKES_WRONG_HASH: Advice = Advice {
    turkish: "hash yanlış olduğu halde OK yanıtı veriyor: bildirimi işlemeden önce hash değerini \
              doğrulayın, yanlışsa OK yazmayın",
    english: "it says OK although the hash is wrong: check the hash before anything else, and do not \
              say OK when it is wrong",
};
const TAKES_NO_HASH: Advice = Advice {
    turkish: "hash alanı olmadığı halde OK yanıtı veriyor: hash yoksa bildirimi reddedin",
    english: "it says OK although there is no hash: refuse a notification without one",
};
const TAKES_GET: Advice = Advice {
    turkish: "GET isteğine OK yanıtı veriyor: yalnızca POST kabul edin (405 döndürün)",
    english: "it says OK to a GET request: take POST only (answer 405)",
};
const CANNOT_READ: Advice = Advice {
    turkish: "yanlış ve doğru imzaya aynı yanıtı veriyor: mağaza anahtarı ve gizli anahtar paytr \
              komutununkilerle aynı mı? Gövde application/x-www-form-urlencoded olarak, %2B → + ve \
              + → boşluk kurallarıyla çözülmeli; hash'i standart Base64 olarak karşılaştırın",
    english: "it answers a right hash like a wrong one: does it have the same key and salt as this \
              command? Is the body read as application/x-www-form-urlencoded, with %2B as + and + as \
              blank? Is the hash compared as standard Base64?",
};
const WRONG_PATH: Advice = Advice {
    turkish: "bu yolda bir şey yok (404): bildirim adresinin yolunu kontrol edin",
    english: "there is nothing at this path (404): look at the path of the notification address",
};
const REFUSES_POST: Advice = Advice {
    turkish: "POST isteğini kabul etmiyor (405): bildirimler POST ile gelir",
    english: "it does not take POST (405): notifications are posted",
};
const UNKNOWN_ORDER: Advice = Advice {
    turkish: "imzası doğru, sipariş numarası bilinmeyen bir başarısız ödeme bildirimini OK ile \
              yanıtlamıyor: ödenmemiş bir test siparişi ile deneyin (--order-id)",
    english: "it does not say OK to a signed notification that an order it does not know has failed: \
              try again with an unpaid test order (--order-id)",
};
const REFUSES_DUPLICATE: Advice = Advice {
    turkish: "ikinci kez gelen aynı bildirime OK demiyor: PayTR aynı bildirimi tekrar gönderir; \
              işlenmiş bildirime yeniden işlem yapmadan OK yazın",
    english: "it does not say OK to the same notification again: PayTR repeats them; say OK without \
              handling it again",
};
const TAKES_HUGE: Advice = Advice {
    turkish: "8 MiB'lık bir gövdeyi kabul ediyor: bildirimler 16 KiB'tan kısadır, sınır koyun (413)",
    english: "it takes a body of 8 MiB: notifications are shorter than 16 KiB, set a limit (413)",
};

/// Makes every probe that makes sense after what came before.
pub(super) async fn examine(patient: &Patient) -> Result<Vec<Finding>, Failure> {
    let wrong_hash = patient.post(&patient.badly_signed).await?;
    let mut findings = Vec::new();
    if wrong_hash.status.is_none() {
        let is_cut_off = wrong_hash.problem == Some(Problem::ConnectionFailed);
        if patient.is_https() && is_cut_off {
            // A server without TLS hangs up on a greeting that it does not understand.
            return Ok(vec![Finding::wrong(
                Probe::Tls,
                &wrong_hash,
                Advice::of(Problem::Tls),
            )]);
        }
        let is_tls = wrong_hash.problem == Some(Problem::Tls);
        let probe = if is_tls { Probe::Tls } else { Probe::Reachable };
        return Ok(vec![Finding::of_reply(probe, &wrong_hash)]);
    }
    findings.push(Finding::fine(Probe::Reachable, &wrong_hash));
    if !patient.is_https() && !patient.is_local() {
        findings.push(Finding::wrong(Probe::Tls, &wrong_hash, PLAIN_HTTP));
    }
    if matches!(
        wrong_hash.problem,
        Some(Problem::Redirect | Problem::LoginPage)
    ) {
        findings.push(Finding::of_reply(Probe::Redirect, &wrong_hash));
        return Ok(findings);
    }
    findings.push(Finding::fine(Probe::Redirect, &wrong_hash));
    findings.push(refused(Probe::BadHash, &wrong_hash, TAKES_WRONG_HASH));
    let no_hash = patient.post(&patient.unsigned).await?;
    findings.push(refused(Probe::NoHash, &no_hash, TAKES_NO_HASH));
    findings.push(refused(Probe::Method, &patient.get().await?, TAKES_GET));

    let signed = patient.post(&patient.signed).await?;
    let first = judge_signed(patient, &wrong_hash, &signed);
    let is_acknowledged = first.is_fine();
    findings.push(first);
    if is_acknowledged {
        let again = patient.post(&patient.signed).await?;
        findings.push(match again.problem {
            None => Finding::fine(Probe::Duplicate, &again),
            Some(_) => Finding::wrong(Probe::Duplicate, &again, REFUSES_DUPLICATE),
        });
    }
    // A right hash, so that nothing but its length speaks against it.
    let huge = patient.post(&huge(&patient.signed)).await?;
    findings.push(refused(Probe::Limit, &huge, TAKES_HUGE));
    Ok(findings)
}

fn refused(probe: Probe, reply: &ShopReply, otherwise: Advice) -> Finding {
    if says_ok(reply) {
        return Finding::wrong(probe, reply, otherwise);
    }
    Finding::fine(probe, reply)
}

/// Whether the shop means to acknowledge, however it spells that.
fn says_ok(reply: &ShopReply) -> bool {
    let is_success = reply
        .status
        .is_some_and(|status| (200..300).contains(&status));
    let text = String::from_utf8_lossy(&reply.body).to_ascii_uppercase();
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    is_success && words.into_iter().any(|word| word == "OK")
}

fn judge_signed(patient: &Patient, wrong_hash: &ShopReply, signed: &ShopReply) -> Finding {
    let probe = Probe::Signed;
    if signed.problem.is_none() || says_ok(signed) {
        return Finding::of_reply(probe, signed);
    }
    let is_same = (signed.status, &signed.body) == (wrong_hash.status, &wrong_hash.body);
    match signed.status {
        Some(404) if is_same => Finding::wrong(probe, signed, WRONG_PATH),
        Some(405) => Finding::wrong(probe, signed, REFUSES_POST),
        Some(400..500) if is_same => Finding::wrong(probe, signed, CANNOT_READ),
        Some(400..500) if !patient.order_is_known => Finding::wrong(probe, signed, UNKNOWN_ORDER),
        _ => Finding::of_reply(probe, signed),
    }
}
