//! The service, over connections of TCP and by calls of `Service`.

mod actions;
mod events;
mod found;
mod health;
mod http;
mod kinds;
mod looks;
mod metrics;
mod own;

use resilient_admin::{Admin, Token};

/// The configuration is the whole program's, so one test has it at a time.
static CONFIGURATION: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

const TOKEN: &str = "correct horse battery staple";

/// A service that acts.
fn acting() -> Admin {
    resilient_admin::service().actions(Token::new(TOKEN).unwrap()).build().unwrap()
}

/// One that only looks.
fn looking() -> Admin {
    resilient_admin::service().build().unwrap()
}
