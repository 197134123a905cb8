//! The line to the service, which can be cut. Nothing here uses `resilient`.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::http;

pub struct Line {
    pub address: SocketAddr,
    is_cut: Arc<AtomicBool>,
}

impl Line {
    /// A line to this service, until the process ends.
    pub async fn to(service: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let line = Self { address: listener.local_addr()?, is_cut: Arc::default() };
        let is_cut = Arc::clone(&line.is_cut);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, service, is_cut.load(Ordering::Relaxed)));
            }
        });
        Ok(line)
    }

    /// Cuts it, or joins it again. Returns whether it is cut now.
    pub fn switch(&self) -> bool {
        !self.is_cut.fetch_not(Ordering::Relaxed)
    }
}

/// One connection. Over a cut line it hangs for a while, and is lost.
async fn carry(mut stream: TcpStream, service: SocketAddr, is_cut: bool) -> io::Result<()> {
    if is_cut {
        sleep(Duration::from_millis(100)).await;
        return http::reset(stream);
    }
    let mut onward = TcpStream::connect(service).await?;
    copy_bidirectional(&mut stream, &mut onward).await.map(drop)
}
