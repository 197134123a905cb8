//! The quickstart's service and client, with logs on standard output and a page of metrics, until Ctrl-C ends it.
//!
//! ```text
//! cargo run --package observed
//! curl http://127.0.0.1:9898/metrics
//! ```
//!
//! Three lines turn it on: the features in `Cargo.toml`, and the two that are marked in `main`, which a service with logs
//! and metrics has anyway. `dashboards/` has a dashboard and alerts for the page.

#![allow(dead_code, reason = "the quickstart uses more of its modules")]
#![allow(unreachable_pub, reason = "the modules read as those of an application do")]

#[path = "../quickstart/client.rs"]
mod client;
#[path = "../quickstart/http.rs"]
mod http;
#[path = "../quickstart/load.rs"]
mod load;
#[path = "../quickstart/seen.rs"]
mod seen;
#[path = "../quickstart/service.rs"]
mod service;

use std::error::Error;
use std::sync::Arc;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::{TcpListener, TcpStream};

use crate::client::Client;
use crate::http::{Request, Response};
use crate::load::Style;
use crate::service::Market;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).init(); // logs
    let page = PrometheusBuilder::new().install_recorder()?; // metrics

    let listener = TcpListener::bind("127.0.0.1:9898").await?;
    println!("metrics are at http://{}/metrics; Ctrl-C ends this", listener.local_addr()?);
    tokio::spawn(serve(listener, page));
    loop {
        // The service's script takes a few seconds, with an outage each time.
        let market = Market::start().await?;
        load::run(&Arc::new(Client::new(market.address)), Style::Annotated).await;
    }
}

async fn serve(listener: TcpListener, page: PrometheusHandle) -> std::io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        // A reader that goes away is no concern of the others.
        let _ = answer(&mut stream, &page).await;
    }
}

async fn answer(stream: &mut TcpStream, page: &PrometheusHandle) -> std::io::Result<()> {
    let request = Request::read(stream).await?;
    let response = match request.path.as_str() {
        "/metrics" => {
            resilient::metrics::publish(); // the numbers of now; without it they are at most a second old
            Response::text(page.render()).with_header("Content-Type", "text/plain; version=0.0.4")
        }
        _ => Response::new(http::NOT_FOUND),
    };
    response.write(stream).await
}
