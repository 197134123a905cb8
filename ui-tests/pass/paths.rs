mod my_name {
    pub mod resilient {
        pub use ::resilient::*;
    }
}

use resilient::{Error, retry as again, timeout};

#[resilient::retry]
#[resilient::timeout(1s)]
async fn by_path() -> Result<(), Error> {
    Ok(())
}

#[my_name::resilient::retry(crate = my_name::resilient)]
#[timeout(1s)]
async fn by_another_path() -> Result<(), Error> {
    Ok(())
}

#[resilient::retry(crate = ::resilient)]
async fn by_an_absolute_path() -> Result<(), Error> {
    Ok(())
}

// On top, an attribute may have any name.
#[again]
#[timeout(1s)]
async fn renamed_on_top() -> Result<(), Error> {
    Ok(())
}

fn main() {
    drop((by_path(), by_another_path(), by_an_absolute_path(), renamed_on_top()));
}
