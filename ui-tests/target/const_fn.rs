use resilient::retry;

#[retry]
const fn constant() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
