//! `#[fallback]`: gives a result when everything below has failed.

use resilient::{fallback, retry, timeout};

#[derive(Debug, thiserror::Error)]
enum UserError {
    #[error("the database is down")]
    Down,
    #[error("there is no user {0}")]
    Unknown(u64),
    #[error(transparent)]
    Refused(#[from] resilient::Error),
}

/// Two functions with the same arguments and a closure, tried in this order until one succeeds. The closure gets the
/// error of the one before it.
#[fallback(from_cache, from_disk, |error| Ok(format!("guest {id}, since {error}")))]
#[retry(base_delay = 5ms)]
async fn name(id: u64) -> Result<String, UserError> {
    Err(UserError::Down)
}

fn from_cache(id: u64) -> Result<String, UserError> {
    if id == 1 { Ok("Ada, from the cache".to_owned()) } else { Err(UserError::Unknown(id)) }
}

async fn from_disk(id: u64) -> Result<String, UserError> {
    tokio::task::yield_now().await;
    if id == 2 { Ok("Grace, from disk".to_owned()) } else { Err(UserError::Unknown(id)) }
}

/// Only if the database is down: that a user does not exist is a result, too. Refusals always get a fallback.
#[fallback(value = vec!["reader"], fallback_on(UserError::Down))]
#[timeout(50ms)]
async fn roles(id: u64) -> Result<Vec<&'static str>, UserError> {
    match id {
        0 => Err(UserError::Unknown(id)),
        1 => Err(UserError::Down),
        _ => std::future::pending().await,
    }
}

/// With a fallback a function that can be refused needs no `Result`.
#[fallback(default)]
#[timeout(50ms)]
async fn unread_messages() -> u32 {
    std::future::pending().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for id in 1..=3 {
        println!("name({id})   {:?}", name(id).await);
    }
    for id in 0..=2 {
        println!("roles({id})  {:?}", roles(id).await);
    }
    println!("unread_messages()  {}", unread_messages().await);
}
