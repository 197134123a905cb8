//! What can be a key, and when it is evaluated.

use super::*;

struct Url {
    host: String,
    port: Option<u16>,
}

impl Url {
    fn host(&self) -> &str {
        &self.host
    }
}

/// A breaker for each key, which opens at once.
macro_rules! opens_for {
    ($name:literal, $key:expr, ($($argument:ident: $ty:ty),+)) => {{
        #[circuit_breaker(name = $name, key = $key, failure_threshold = 1)]
        async fn call($($argument: $ty),+) -> Outcome {
            let _ = ($(&$argument,)+);
            Err(Fault::Own)
        }
        call
    }};
}

async fn is_told_apart(
    first: impl Future<Output = Outcome>,
    same: impl Future<Output = Outcome>,
    other: impl Future<Output = Outcome>,
) {
    assert_eq!(first.await, Err(Fault::Own));
    assert!(refused(same.await));
    assert_eq!(other.await, Err(Fault::Own));
}

#[tokio::test(start_paused = true)]
async fn text_integers_addresses_and_options_are_keys() {
    let text = opens_for!("keys: text", url.host(), (url: &Url));
    let url = |host: &str| Url { host: host.to_owned(), port: None };
    is_told_apart(text(&url("a")), text(&url("a")), text(&url("b"))).await;

    let owned = opens_for!("keys: owned", host, (host: String));
    is_told_apart(owned("a".to_owned()), owned("a".to_owned()), owned("b".to_owned())).await;

    let number = opens_for!("keys: number", tenant, (tenant: i64));
    is_told_apart(number(-7), number(-7), number(7)).await;

    let computed = opens_for!("keys: computed", tenant % 2, (tenant: u64));
    is_told_apart(computed(1), computed(3), computed(2)).await;

    let cast = opens_for!("keys: cast", (tenant as u64), (tenant: usize));
    is_told_apart(cast(1), cast(1), cast(2)).await;

    let address = opens_for!("keys: address", peer.ip(), (peer: SocketAddr));
    let peer = |text: &str| -> SocketAddr { text.parse().expect("an address") };
    is_told_apart(address(peer("[::1]:80")), address(peer("[::1]:81")), address(peer("[::2]:80"))).await;

    let ip = opens_for!("keys: ip", ip, (ip: IpAddr));
    is_told_apart(ip(peer("1.2.3.4:1").ip()), ip(peer("1.2.3.4:2").ip()), ip(peer("1.2.3.5:1").ip())).await;

    let option = opens_for!("keys: option", url.port, (url: Url));
    let at = |port| Url { host: String::new(), port };
    is_told_apart(option(at(None)), option(at(None)), option(at(Some(80)))).await;

    let formatted =
        opens_for!("keys: formatted", format_args!("{tenant}/{}", region.len()), (tenant: u8, region: String));
    is_told_apart(formatted(1, "eu".into()), formatted(1, "us".into()), formatted(1, "asia".into())).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_of_enormous_length_is_told_apart_from_others() {
    let call = opens_for!("keys: enormous", key, (key: &str));
    let key = "x".repeat(1 << 20);
    is_told_apart(call(&key), call(&key), call(&key[1..])).await;
    let kept = registry().keyed_circuit_breakers("keys: enormous").expect("an attribute names it").open();
    assert!(kept.iter().all(|key| key.len() <= 256));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_evaluated_once_for_each_pass_of_its_layer() {
    fn host(evaluated: &AtomicU32) -> u32 {
        evaluated.fetch_add(1, Ordering::SeqCst)
    }

    // Above a retry, a call passes once; below, once for each attempt.
    #[circuit_breaker(name = "keys: once above", key = host(&above))]
    #[retry(max_attempts = 3, base_delay = 1ms)]
    #[circuit_breaker(name = "keys: once below", key = host(&below), failure_threshold = 1)]
    async fn call(above: Arc<AtomicU32>, below: Arc<AtomicU32>) -> Outcome {
        Err(Fault::Own)
    }

    let (above, below) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    assert_eq!(call(Arc::clone(&above), Arc::clone(&below)).await, Err(Fault::Own));
    assert_eq!((above.load(Ordering::SeqCst), below.load(Ordering::SeqCst)), (1, 3), "each attempt has another host");
}

#[test]
fn a_future_is_send_whatever_the_key_is() {
    #[circuit_breaker(name = "keys: send", key = format_args!("{tenant}/{region}"))]
    async fn call(tenant: u8, region: &str) -> Outcome {
        sleep(secs(1)).await;
        Ok(1)
    }

    #[bulkhead(name = "keys: send", key = std::rc::Rc::<str>::from(region).to_string())]
    async fn from_rc(region: &str) -> Outcome {
        sleep(secs(1)).await;
        Ok(1)
    }

    fn is_send(_: impl Send) {}
    is_send(call(1, "eu"));
    is_send(from_rc("eu"));
}

#[tokio::test(start_paused = true)]
async fn a_body_may_consume_what_the_key_was_made_of() {
    #[bulkhead(key = url.host())]
    async fn call(url: Url) -> Outcome {
        let moved = tokio::spawn(async move { url.host.len() });
        Ok(u32::try_from(moved.await.expect("no panic")).expect("it is short"))
    }

    #[bulkhead(key = *count)]
    async fn exclusive(count: &mut u32) -> Outcome {
        *count += 1;
        sleep(secs(1)).await;
        *count += 1;
        Ok(*count)
    }

    assert_eq!(call(Url { host: "abc".to_owned(), port: None }).await, Ok(3));
    assert_eq!(exclusive(&mut 7).await, Ok(9));
}
