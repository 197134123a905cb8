//! Each `expect` fails to compile without the warning.

use super::*;

#[fallback(value = 7)]
#[retry]
#[circuit_breaker(name = "lints: stays, sync")]
#[timeout(1h)]
#[bulkhead(max_concurrent = 1)]
fn blocks(id: u32) -> Result<u32, Error> {
    #[expect(unused_variables)]
    let nobody_reads_it = 1;
    #[expect(unused_mut)]
    let mut nobody_changes_it = id;
    #[expect(unused_must_use)]
    found(nobody_changes_it);
    #[expect(clippy::cast_possible_truncation)]
    let cut = id as u8;
    #[expect(clippy::needless_bool)]
    let small = if cut < 10 { true } else { false };
    if small {
        #[expect(clippy::needless_question_mark)]
        return Ok(Ok::<_, Error>(7)?);
    }
    Ok(id)
}

#[fallback(value = 7)]
#[retry]
#[circuit_breaker(name = "lints: stays, async")]
#[timeout(1h)]
#[bulkhead(max_concurrent = 1)]
async fn awaits(id: u32) -> Result<u32, Error> {
    rest().await;
    #[expect(unused_variables)]
    let nobody_reads_it = 1;
    #[expect(unused_mut)]
    let mut nobody_changes_it = id;
    #[expect(unused_must_use)]
    found(nobody_changes_it);
    #[expect(clippy::cast_possible_truncation)]
    let cut = id as u8;
    #[expect(clippy::needless_bool)]
    let small = if cut < 10 { true } else { false };
    if small {
        return Ok(7);
    }
    Ok(id)
}

#[tokio::test]
async fn it_is_there() {
    assert!(blocks(7).is_ok());
    assert!(awaits(7).await.is_ok());
}
