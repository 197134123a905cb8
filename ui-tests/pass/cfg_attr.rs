#![deny(unused_imports)]

use resilient::{Error, retry, timeout};

#[retry]
#[cfg_attr(all(), timeout(1s))]
async fn below() -> Result<(), Error> {
    Ok(())
}

#[cfg_attr(all(), retry, timeout(1s))]
async fn both() -> Result<(), Error> {
    Ok(())
}

#[cfg_attr(any(), retry(max_attempts = 0))]
#[timeout(1s)]
async fn neither() -> Result<(), Error> {
    Ok(())
}

fn main() {
    drop((below(), both(), neither()));
}
