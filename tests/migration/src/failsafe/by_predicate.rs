use failsafe::{CircuitBreaker, Error};

#[derive(Debug)]
enum PayError {
    NoConnection,
    NotCovered,
}

fn pay(bank: &impl CircuitBreaker, euros: u32) -> Result<(), Error<PayError>> {
    let is_failure = |error: &PayError| matches!(error, PayError::NoConnection);
    bank.call_with(is_failure, || match euros {
        0 => Err(PayError::NoConnection),
        1..1000 => Ok(()),
        _ => Err(PayError::NotCovered),
    })
}
