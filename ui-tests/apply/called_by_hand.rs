//! A stack is applied by `#[apply]`.
//!
//! fix:
//!     #[resilient::apply(upstream)]
//!     async fn user() -> Result<(), resilient::Error> {
//!         Ok(())
//!     }

resilient::policy! { upstream = #[retry]; }

upstream! {
    async fn user() -> Result<(), resilient::Error> {
        Ok(())
    }
}

fn main() {}
