//! Stacks in each place, by each path, and of each visibility.
#![deny(warnings)]
#![allow(dead_code)]

mod policies {
    pub mod inner {
        resilient::policy! {
            /// Documented.
            pub public = #[retry];
            pub(crate) in_crate = #[resilient::retry];
            pub(in crate::policies) in_module = #[retry(crate = ::resilient)];
            private = #[::resilient::retry(max_attempts = 2)];
            #[cfg(any())]
            absent = #[retry];
        }

        #[resilient::apply(private)]
        async fn beside() -> Result<(), String> {
            Ok(())
        }

        mod below {
            #[resilient::apply(super::private)]
            async fn below() -> Result<(), String> {
                Ok(())
            }
        }
    }

    #[resilient::apply(inner::in_module)]
    async fn above() -> Result<(), String> {
        Ok(())
    }

    pub use inner::*;
}

use policies::public as renamed;
use resilient::{apply, policy};

#[apply(renamed)]
async fn imported() -> Result<(), String> {
    Ok(())
}

#[apply(policies::public)]
async fn by_path() -> Result<(), String> {
    Ok(())
}

#[apply(self::policies::inner::in_crate,)]
fn with_a_comma() -> Result<(), String> {
    Ok(())
}

#[apply(crate::policies::public, retry(),)]
fn with_nothing_that_differs() -> Result<(), String> {
    Ok(())
}

// The end of the last stack needs no `;`.
policy! { short = #[retry] }

// In `except` a method may stand that is not acted on anyway.
struct Client;

#[apply(short, except(new, sync))]
impl Client {
    fn new() -> Self {
        Self
    }

    fn sync(&self) -> Result<(), String> {
        Ok(())
    }

    async fn user(&self) -> Result<(), String> {
        Ok(())
    }
}

fn main() {}
