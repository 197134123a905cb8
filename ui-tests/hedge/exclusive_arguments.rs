//! Attempts run at once, so they cannot share what is borrowed exclusively.
//!
//! fix:
//!     #[hedge(delay = 100ms)]
//!     async fn first(log: &std::sync::Mutex<Vec<u8>>) -> Result<(), Error> {
//!         log.lock().unwrap().push(1);
//!         Ok(())
//!     }

use resilient::{Error, hedge};

#[hedge(delay = 100ms)]
async fn first(log: &mut Vec<u8>) -> Result<(), Error> {
    log.push(1);
    Ok(())
}

struct Client;

impl Client {
    #[hedge(delay = 100ms)]
    async fn second(&mut self) -> Result<(), Error> {
        Ok(())
    }

    #[hedge(delay = 100ms)]
    async fn third(mut self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
