//! An attribute of another crate that consumes arguments stands below, since one above acts in each attempt.
//!
//! fix:
//!     #[retry]
//!     #[cached::macros::cached(max_size = 10, key = "u32", convert = "{ user.0 }")]
//!     fn first(user: User) -> Result<u32, String> {
//!         Ok(user.0)
//!     }

use resilient::retry;

struct User(u32);

#[cached::macros::cached(max_size = 10, key = "u32", convert = "{ user.0 }")]
#[retry]
fn first(user: User) -> Result<u32, String> {
    Ok(user.0)
}

impl User {
    #[moving::moving]
    #[retry]
    fn second(self) -> Result<u32, String> {
        Ok(self.0)
    }

    #[moving::moving]
    #[retry]
    fn third(&mut self) -> Result<u32, String> {
        Ok(self.0)
    }
}

fn main() {}
