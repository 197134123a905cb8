//! A method that is retried does not take `mut self`.
//!
//! fix:
//!     impl Client {
//!         #[retry]
//!         fn first(self) -> Result<usize, String> {
//!             let mut this = self.clone();
//!             this.0.push(1);
//!             Ok(this.0.len())
//!         }
//!     }

use resilient::retry;

#[derive(Clone)]
struct Client(Vec<u8>);

impl Client {
    #[retry]
    fn first(mut self) -> Result<usize, String> {
        self.0.push(1);
        Ok(self.0.len())
    }

    #[retry]
    async fn second(mut self: Box<Self>) -> Result<usize, String> {
        self.0.push(1);
        Ok(self.0.len())
    }
}

fn main() {}
