//! The middleware: [`layer`](NotificationLayer), [`service`](NotificationService), its
//! [future](ResponseFuture) and its bodies.

mod body;
mod future;
mod layer;
mod service;
mod work;

pub use body::{EitherBody, RequestBody, ResponseBody};
pub use future::ResponseFuture;
pub use layer::{
    CashoutResultLayer, EftNoticeLayer, LinkCallbackLayer, NotificationLayer, PaytrCallbackLayer,
    PlatformResultLayer, TransferResultLayer,
};
pub use service::{NotificationService, PaytrCallbackService};
