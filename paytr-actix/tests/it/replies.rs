//! The suite of replies.

notification_suite::reply_tests!(
    #[actix_web::test]
    crate::shop::serve
);
