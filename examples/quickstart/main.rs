//! A client with attributes against a service that fails by a script, and the same client without them. Then its reads of
//! an archive that is slow at times and limits requests.
//!
//! ```text
//! cargo run --example quickstart
//! ```
//!
//! Read `client.rs` first, then `reader.rs`. It takes about twelve seconds, and exits with 0 if the checks at its end hold.

#![allow(unreachable_pub, reason = "the modules read as those of an application do")]

mod archive;
mod client;
mod http;
mod load;
mod narrator;
mod reader;
mod reading;
mod report;
mod seen;
mod service;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use crate::client::Client;
use crate::load::Style;
use crate::narrator::Narrator;
use crate::report::Run;
use crate::service::Market;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    report::opening();

    let client = Client::new(Market::start().await?.address);
    let price = client.quote("ACME").await.map(|quote| quote.price);
    println!("\na call looks as it always did: client.quote(\"ACME\").await gives {price:?}");

    println!("\nrun 1 of 3, bare: a call is one request, and what comes of it is the answer");
    let bare = run(Style::Bare).await?;

    println!("\nrun 2 of 3, annotated: the same requests below fallback, retry, circuit_breaker, timeout, bulkhead");
    let annotated = run(Style::Annotated).await?;

    report::compare(&bare, &annotated);
    let reading = reading::run().await?;
    Ok(report::verdict(&bare, &annotated, &reading))
}

/// Runs the whole script against one client.
async fn run(style: Style) -> Result<Run, Box<dyn Error>> {
    let market = Market::start().await?;
    let client = Arc::new(Client::new(market.address));
    let narrator = Narrator::begin(market.started)?;
    let calls = tokio::select! {
        calls = load::run(&client, style) => calls,
        never = narrator.phases() => never,
    };
    let run = Run::new(calls, narrator.take_transitions(), &client, &market);
    println!("  {}  end        the last call has ended", narrator::seconds(market.started.elapsed()));
    Ok(run)
}
