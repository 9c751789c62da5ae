//! The middleware: [`layer`](PaytrCallbackLayer), [`service`](PaytrCallbackService), its
//! [future](ResponseFuture) and its bodies.

mod body;
mod collect;
mod future;
mod layer;
mod reply;
mod service;

pub use body::{EitherBody, RequestBody, ResponseBody};
pub use future::ResponseFuture;
pub use layer::PaytrCallbackLayer;
pub use service::PaytrCallbackService;
