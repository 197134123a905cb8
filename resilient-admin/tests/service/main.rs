//! The service, over connections of TCP and by calls of `Service`.

mod actions;
mod events;
mod health;
mod http;
mod looks;
mod metrics;

use resilient_admin::{Admin, Token};

const TOKEN: &str = "correct horse battery staple";

/// A service that acts.
fn acting() -> Admin {
    resilient_admin::service().actions(Token::new(TOKEN).unwrap()).build().unwrap()
}

/// One that only looks.
fn looking() -> Admin {
    resilient_admin::service().build().unwrap()
}
