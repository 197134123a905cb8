//! A body that runs again cannot consume an argument.
//!
//! fix:
//!     #[retry]
//!     fn first(text: String) -> Result<usize, String> {
//!         let owned = text.clone();
//!         Err(owned)
//!     }

use resilient::retry;

#[retry]
fn first(text: String) -> Result<usize, String> {
    let owned = text;
    Err(owned)
}

#[retry]
async fn second(text: String) -> Result<usize, String> {
    let owned = text;
    Err(owned)
}

#[retry]
async fn generic<T: Clone>(value: T) -> Result<T, String> {
    Ok(value)
}

#[derive(Clone)]
struct Client(String);

impl Client {
    #[retry]
    fn third(self) -> Result<Self, String> {
        Ok(self)
    }

    #[retry]
    async fn fourth(&self, name: String) -> Result<String, String> {
        if name.len() > 5 {
            return Err(name);
        }
        Ok(self.0.clone())
    }
}

fn main() {}
