use serde_json::{Value, json};

use super::book::Book;

impl Book {
    /// The commands of `apicheque`.
    pub(super) fn receipt(&mut self, command: &str, body: &[u8]) -> Value {
        let failure = |status: &str| json!({"Success": false, "ErrCode": null, "ErrMessages": null, "Status": status});
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return failure("BadRequest");
        };
        let text = |path: &str| {
            body.pointer(path)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let terminal = text("/Key").unwrap_or_default();
        let known = self.terminals.get(&terminal);
        if known.is_none() || known != text("/Password").as_ref() {
            return failure("Unauthorized");
        }
        match command {
            "Create" => {
                let positions = body
                    .pointer("/Cheque/Content/Positions")
                    .and_then(Value::as_array);
                let some = positions.is_some_and(|positions| !positions.is_empty());
                let Some(id) = text("/Cheque/Id").filter(|_| some) else {
                    return failure("BadRequest");
                };
                if self.receipts.contains(&id) {
                    return failure("Conflict");
                }
                self.receipts.push(id);
                json!({"Success": true, "ErrCode": null, "ErrMessages": null, "Status": "Accepted"})
            }
            "Status" => {
                let id = text("/Id").unwrap_or_default();
                if !self.receipts.contains(&id) {
                    return failure("NotFound");
                }
                let cheque = json!({
                    "Sended": true, "Cheque": {"Id": id}, "ErrCode": null, "Status": "Created",
                });
                json!({"Success": true, "ErrCode": null, "Cheques": [cheque]})
            }
            _ => failure("BadRequest"),
        }
    }
}
