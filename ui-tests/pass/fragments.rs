use resilient::{Error, fallback, retry, timeout};

macro_rules! guarded {
    ($name:ident, $attempts:literal, $limit:expr, $filter:expr, $answer:path, $item:item) => {
        #[fallback($answer)]
        #[retry(max_attempts = $attempts, retry_if = $filter)]
        #[timeout($limit)]
        async fn $name() -> Result<u32, Error> {
            Ok(1)
        }

        #[retry(max_attempts = $attempts)]
        $item
    };
}

async fn answer() -> Result<u32, Error> {
    Ok(2)
}

guarded!(
    first,
    3,
    2s,
    |error: &Error| error.is_timed_out(),
    answer,
    async fn second() -> Result<u32, Error> {
        Ok(1)
    }
);

fn main() {
    drop((first(), second()));
}
