use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

/// The posted fields, urlencoded or multipart: PayTR takes both, its PHP samples post multipart.
///
/// No `Debug`: it holds tokens and people's data.
pub(crate) struct PostedForm(Vec<(String, String)>);

impl PostedForm {
    /// The value of a field; of a repeated one the last, as PHP reads it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter().rev();
        let (_, value) = fields.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The value as it goes into a signed message: a missing field is empty.
    pub(crate) fn signed(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    #[cfg(test)]
    pub(crate) fn of(fields: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self(fields.iter().map(owned).collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for PostedForm {
    type Rejection = StatusCode;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let content_type = request.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next());
        let is_multipart = media_type
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("multipart/form-data"));
        if !is_multipart {
            let body = Bytes::from_request(request, state).await;
            let body = body.map_err(|refused| refused.status())?;
            return Ok(Self(form_urlencoded::parse(&body).into_owned().collect()));
        }
        let multipart = Multipart::from_request(request, state).await;
        read_multipart(multipart.map_err(|refused| refused.status())?).await
    }
}

async fn read_multipart(mut multipart: Multipart) -> Result<PostedForm, StatusCode> {
    let mut fields = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(|e| e.status())? {
        let name = field.name().unwrap_or_default().to_owned();
        let value = field.text().await.map_err(|error| error.status())?;
        fields.push((name, value));
    }
    Ok(PostedForm(fields))
}
