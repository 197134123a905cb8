//! The load: a call every 10 ms, whether or not earlier ones have ended; four quotes for each order.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::interval;

use crate::client::Client;

pub const EVERY: Duration = Duration::from_millis(10);
/// As long as the script.
pub const CALLS: usize = 420;

const SYMBOLS: [&str; 4] = ["ACME", "GLOBEX", "HOOLI", "INITECH"];

/// Whether the calls go through the attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Bare,
    Annotated,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Quote,
    Order,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The service answered.
    Fresh,
    /// The fallback gave the result.
    Fallback,
    Failed,
}

/// A call that has ended.
pub struct Call {
    pub kind: Kind,
    pub outcome: Outcome,
    pub took: Duration,
}

/// Returns when the last call has ended.
pub async fn run(client: &Arc<Client>, style: Style) -> Vec<Call> {
    let mut calls = JoinSet::new();
    let mut clock = interval(EVERY);
    for number in 0..CALLS {
        clock.tick().await;
        let client = Arc::clone(client);
        calls.spawn(async move { call(&client, style, number).await });
    }
    calls.join_all().await
}

async fn call(client: &Client, style: Style, number: usize) -> Call {
    let kind = if number % 5 == 4 { Kind::Order } else { Kind::Quote };
    let symbol = SYMBOLS[number % SYMBOLS.len()];
    let started = Instant::now();
    let is_fresh = match (kind, style) {
        (Kind::Quote, Style::Bare) => client.get_quote(symbol).await.map(|quote| quote.is_fresh),
        (Kind::Quote, Style::Annotated) => client.quote(symbol).await.map(|quote| quote.is_fresh),
        (Kind::Order, Style::Bare) => client.put_order(number).await.map(|()| true),
        (Kind::Order, Style::Annotated) => client.order(number).await.map(|()| true),
    };
    let outcome = match is_fresh {
        Ok(true) => Outcome::Fresh,
        Ok(false) => Outcome::Fallback,
        Err(error) => {
            client.seen.failure(&error);
            Outcome::Failed
        }
    };
    Call { kind, outcome, took: started.elapsed() }
}
