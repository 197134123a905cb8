//! A stack is found by its name where that is imported, or by the path to it.
//!
//! fix:
//!     #[apply(policies::upstream)]

use resilient::apply;

mod policies {
    resilient::policy! {
        pub(crate) upstream = #[retry];
    }
}

#[apply(upstream)]
async fn not_imported() -> Result<(), resilient::Error> {
    Ok(())
}

#[apply(policies::upstrem)]
async fn misspelt() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
