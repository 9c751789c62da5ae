use crate::Disposition;

/// Notes the end of one notification in its span and in the log.
pub(super) fn conclude(span: &tracing::Span, disposition: Disposition) -> Disposition {
    span.record("disposition", disposition.as_str());
    span.in_scope(|| tracing::info!(disposition = disposition.as_str(), "notification answered"));
    disposition
}
