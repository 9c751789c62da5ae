use paytr_sandbox::{Problem, ShopReply};

use super::finding::{Advice, Finding, Probe};
use super::obstacle::{Replies, TOO_MANY};
use super::patient::{Patient, Slash, huge};
use super::reading::{flaw, is_html, says_ok};
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
const WITHOUT_SLASH: Advice = Advice {
    turkish: "aynı adres sonundaki / olmadan yanıt veriyor: bildirim adresini / olmadan tanımlayın",
    english: "the same address answers without the slash at its end: register it without the slash",
};
const WITH_SLASH: Advice = Advice {
    turkish: "aynı adres sonunda / ile yanıt veriyor: bildirim adresini sonunda / ile tanımlayın",
    english: "the same address answers with a slash at its end: register it with the slash",
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
        findings.push(match other_address(patient).await? {
            Some(advice) => Finding::wrong(Probe::Redirect, &wrong_hash, advice),
            None => Finding::of_reply(Probe::Redirect, &wrong_hash),
        });
        return Ok(findings);
    }
    findings.push(Finding::fine(Probe::Redirect, &wrong_hash));
    let replies = Replies {
        wrong_hash,
        no_hash: patient.post(&patient.unsigned).await?,
        get: patient.get().await?,
        signed: patient.post(&patient.signed).await?,
    };
    match replies.obstacle() {
        Some(obstacle) => findings.extend(blocked(patient, &replies, obstacle).await?),
        None => findings.extend(reached(patient, &replies).await?),
    }
    Ok(findings)
}

/// No probe came to the handler: the obstacle is told, and nothing is said of what lies behind it.
async fn blocked(
    patient: &Patient,
    replies: &Replies,
    obstacle: Advice,
) -> Result<Vec<Finding>, Failure> {
    let is_missing = matches!(replies.signed.status, Some(404 | 405));
    let other = if is_missing {
        other_address(patient).await?
    } else {
        None
    };
    let advice = other.unwrap_or(obstacle);
    Ok(vec![
        Finding::wrong(Probe::Handler, &replies.signed, advice),
        Finding::unknown(Probe::BadHash, Some(&replies.wrong_hash)),
        Finding::unknown(Probe::NoHash, Some(&replies.no_hash)),
        Finding::unknown(Probe::Method, Some(&replies.get)),
        Finding::unknown(Probe::Signed, Some(&replies.signed)),
        Finding::unknown(Probe::Duplicate, None),
        Finding::unknown(Probe::Limit, None),
    ])
}

async fn reached(patient: &Patient, replies: &Replies) -> Result<Vec<Finding>, Failure> {
    let signed = judge_signed(patient, &replies.wrong_hash, &replies.signed);
    let is_acknowledged = signed.is_fine();
    let mut findings = vec![
        Finding::fine(Probe::Handler, &replies.wrong_hash),
        refused(Probe::BadHash, &replies.wrong_hash, TAKES_WRONG_HASH),
        refused(Probe::NoHash, &replies.no_hash, TAKES_NO_HASH),
        refused(Probe::Method, &replies.get, TAKES_GET),
        signed,
    ];
    if is_acknowledged {
        let again = patient.post(&patient.signed).await?;
        findings.push(match again.problem {
            None => Finding::fine(Probe::Duplicate, &again),
            Some(_) if is_limited(&again) => Finding::wrong(Probe::Duplicate, &again, TOO_MANY),
            Some(_) => Finding::wrong(Probe::Duplicate, &again, REFUSES_DUPLICATE),
        });
    }
    // A right hash, so that nothing but its length speaks against it.
    let huge = patient.post(&huge(&patient.signed)).await?;
    findings.push(refused(Probe::Limit, &huge, TAKES_HUGE));
    Ok(findings)
}

/// Whether the address answers with a slash more or less at its end.
async fn other_address(patient: &Patient) -> Result<Option<Advice>, Failure> {
    let Some((slash, twin)) = patient.twin() else {
        return Ok(None);
    };
    let reply = twin.post(&twin.badly_signed).await?;
    let is_handler = match reply.status {
        Some(404 | 405 | 300..400) | None => false,
        Some(status) => status < 500 && !is_html(&reply),
    };
    Ok(is_handler.then_some(match slash {
        Slash::Removed => WITHOUT_SLASH,
        Slash::Added => WITH_SLASH,
    }))
}

fn is_limited(reply: &ShopReply) -> bool {
    reply.status == Some(429)
}

/// A limit of requests refuses without looking.
fn refused(probe: Probe, reply: &ShopReply, otherwise: Advice) -> Finding {
    if is_limited(reply) {
        return Finding::unknown(probe, Some(reply));
    }
    if says_ok(reply) {
        return Finding::wrong(probe, reply, otherwise);
    }
    Finding::fine(probe, reply)
}

fn judge_signed(patient: &Patient, wrong_hash: &ShopReply, signed: &ShopReply) -> Finding {
    let probe = Probe::Signed;
    if signed.problem.is_none() || says_ok(signed) {
        return Finding::of_reply(probe, signed);
    }
    let is_same = (signed.status, &signed.body) == (wrong_hash.status, &wrong_hash.body);
    let is_refused_in_words = signed.status == Some(200) && !signed.body.is_empty();
    match signed.status {
        Some(429) => Finding::wrong(probe, signed, TOO_MANY),
        Some(400..500) if is_same => Finding::wrong(probe, signed, CANNOT_READ),
        _ if is_same && is_refused_in_words && flaw(signed).is_none() => {
            Finding::wrong(probe, signed, CANNOT_READ)
        }
        Some(400..500) if !patient.order_is_known => Finding::wrong(probe, signed, UNKNOWN_ORDER),
        _ => Finding::of_reply(probe, signed),
    }
}
