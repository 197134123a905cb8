//! Stacks of another crate, which knows the library by another name.

use std::cell::Cell;

use policies::net::upstream;
use resilient::{Error, apply};

use super::{Ran, secs};

#[apply(upstream)]
async fn imported(ran: &Ran) -> Result<u32, Error> {
    ran.count();
    tokio::time::sleep(secs(9)).await;
    Ok(7)
}

#[apply(policies::disk::upstream)]
fn by_its_path(ran: &Ran) -> Result<u32, Error> {
    ran.count();
    Err(Error::BulkheadFull { name: resilient::Name::new(&"disk"), limit: 1 })
}

#[tokio::test(start_paused = true)]
async fn act_in_this_one() {
    let ran = Ran::default();
    let start = tokio::time::Instant::now();
    let error = imported(&ran).await.expect_err("it hangs");
    assert!(error.is_timed_out());
    assert_eq!(error.name(), concat!(module_path!(), "::imported"));
    assert_eq!((ran.taken(), start.elapsed()), (3, secs(8)));
    assert!(by_its_path(&ran).is_err());
    assert_eq!(ran.taken(), 2, "equal names in two modules are two stacks");
}

#[test]
fn act_in_their_own() {
    let made = Cell::new(0);
    assert_eq!(policies::disk::attempts(&made), Err("down"));
    assert_eq!(made.get(), 4);
}

#[tokio::test(start_paused = true)]
async fn act_where_the_library_has_another_name() {
    mod renamed {
        pub(super) use ::resilient as tough;
    }
    use renamed::tough;

    tough::policy! { local = #[retry(max_attempts = 4, base_delay = 0s)]; }

    #[tough::apply(local, crate = renamed::tough)]
    #[tough::timeout(1h, crate = renamed::tough)]
    async fn renamed_here(ran: &Ran) -> Result<u32, Error> {
        ran.count();
        Err(Error::BulkheadFull { name: resilient::Name::new(&"here"), limit: 1 })
    }

    let ran = Ran::default();
    assert!(renamed_here(&ran).await.is_err());
    assert_eq!(ran.taken(), 4);
}
