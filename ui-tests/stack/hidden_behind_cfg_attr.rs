use resilient::{retry, timeout};

#[retry]
#[cfg_attr(all(), timeout(1s))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry]
#[cfg_attr(all(), cfg_attr(all(), allow(unused), resilient::timeout(1s)))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
