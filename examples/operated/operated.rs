//! The quickstart's service and client, with the page of operators, a configuration file that is watched, and an outage
//! when you want one.
//!
//! ```text
//! cargo run --package operated
//! ```
//!
//! Open the page that it names. Then press a key, and Enter:
//!
//! - `o` begins an outage, or ends it: the breaker opens, old prices are given, and the breaker closes again by itself.
//! - `l` writes another limit of the bulkhead into the file, which is applied while calls are in flight. So is what you
//!   write into the file yourself, and what is wrong with that is said.
//! - `q` ends the program, once the calls in flight have ended: it counts them, and none is lost.
//!
//! The service begins with its script of faults, which takes four seconds.

#![allow(dead_code, reason = "the quickstart uses more of its modules")]
#![allow(unreachable_pub, reason = "the modules read as those of an application do")]

#[path = "../quickstart/client.rs"]
mod client;
#[path = "../quickstart/http.rs"]
mod http;
mod line;
#[path = "../quickstart/load.rs"]
mod load;
#[path = "../quickstart/seen.rs"]
mod seen;
#[path = "../quickstart/service.rs"]
mod service;
mod totals;

use std::error::Error;
use std::fs;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use resilient::events::Kinds;
use resilient_admin::{Admin, Token};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::client::Client;
use crate::line::Line;
use crate::load::Style;
use crate::service::Market;
use crate::totals::Totals;

/// For this example only: a program has it from a secret.
const TOKEN: &str = "only-for-this-example";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join("operated.toml");
    write_limit(&file, 8)?;
    resilient::config::load(&file)?; // configuration
    let _watching = resilient::config::watch()?;
    let shown = Kinds::CHANGES | Kinds::CONFIG;
    let _narrating = resilient::events().kinds(shown).subscribe(|event| println!("  {event}"));

    let admin = resilient_admin::service().critical("market").actions(Token::new(TOKEN)?).build()?; // the page
    let listener = listener().await?;
    println!("the page is at http://{}/, its token is {TOKEN}", listener.local_addr()?);
    println!("the configuration is {}", file.display());
    println!("press o for an outage, l for another limit, q for the end, and Enter");
    let closing = admin.clone();
    let serving = tokio::spawn(axum::serve(listener, admin.router()).into_future());

    let line = Line::to(Market::start().await?.address).await?;
    let is_done = Arc::new(AtomicBool::new(false));
    let calls = tokio::spawn(call(Arc::new(Client::new(line.address)), Arc::clone(&is_done)));
    operate(&line, &file, keys()).await?;
    is_done.store(true, Ordering::Relaxed);
    println!("{}", calls.await?);
    end(&closing, &file)?;
    serving.abort();
    Ok(())
}

/// At the port that the documentation names, or at a free one.
async fn listener() -> std::io::Result<TcpListener> {
    match TcpListener::bind("127.0.0.1:9899").await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind("127.0.0.1:0").await,
    }
}

/// Ends the readers of events, and removes the file.
fn end(admin: &Admin, file: &Path) -> std::io::Result<()> {
    admin.close();
    fs::remove_file(file)
}

/// A hundred calls each second, until the end.
async fn call(client: Arc<Client>, is_done: Arc<AtomicBool>) -> Totals {
    let mut totals = Totals::default();
    while !is_done.load(Ordering::Relaxed) {
        totals.begin(load::CALLS);
        totals.end(&load::run(&client, Style::Annotated).await);
    }
    totals
}

/// Does what the keys say, until the last one.
async fn operate(line: &Line, file: &Path, mut keys: UnboundedReceiver<String>) -> Result<(), Box<dyn Error>> {
    let mut limit = 8;
    while let Some(key) = keys.recv().await {
        match key.trim() {
            "o" => println!("{}", if line.switch() { "an outage begins" } else { "the outage ends" }),
            "l" => {
                limit = if limit == 8 { 1 } else { 8 };
                println!("the file says max_concurrent = {limit}; {}", in_flight());
                write_limit(file, limit)?;
            }
            "q" => return Ok(()),
            other => println!("`{}` is no key of o, l and q", other.escape_debug()),
        }
    }
    // Nobody types: it goes on until Ctrl-C.
    std::future::pending().await
}

fn write_limit(file: &Path, limit: u32) -> std::io::Result<()> {
    fs::write(file, format!("[bulkhead.market]\nmax_concurrent = {limit}\n"))
}

fn in_flight() -> String {
    let bulkhead = resilient::registry().bulkhead("market");
    let (in_flight, waiting) = bulkhead.map_or((0, 0), |bulkhead| (bulkhead.in_flight(), bulkhead.waiting()));
    format!("{in_flight} calls are in flight, {waiting} wait")
}

/// The lines of standard input, which blocks its thread.
fn keys() -> UnboundedReceiver<String> {
    let (sender, keys) = unbounded_channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines();
        lines.map_while(Result::ok).take_while(|line| sender.send(line.clone()).is_ok()).for_each(drop);
    });
    keys
}
