use super::TransId;
use crate::DecodeError;
use crate::reply::JsonReply;

/// The shop's id in a reply. A reply about another transfer says nothing about this one.
pub(super) fn echo(reply: &JsonReply, sent: &TransId) -> Result<TransId, DecodeError> {
    match reply.filled("trans_id") {
        Some(came) if came != sent.as_str() => Err(DecodeError::Value { name: "trans_id" }),
        _ => Ok(sent.clone()),
    }
}
