//! The page in Chromium: `CHROMIUM=/usr/bin/chromium cargo test -p resilient-admin --all-features --test browser`.
//! Without the variable each test says that it was skipped.

mod chromium;
mod program;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use chromium::Chromium;
use program::{EVIL, Program, TOKEN, breaker, twice_limited};
use resilient::CircuitState;
use serde_json::{Value, json};

const PHONE: (u32, u32) = (360, 740);
const WIDE: (u32, u32) = (1440, 900);

/// Runs a test with a program, its page opened, and the browser; at the end nothing was to complain about.
fn in_browser(size: (u32, u32), scheme: &str, test: impl FnOnce(&Program, &mut Chromium)) {
    let _alone = alone();
    let Some(mut browser) = Chromium::start() else { return };
    let program = Program::start();
    browser.open(&program.page(), size, scheme);
    test(&program, &mut browser);
    let complaints = browser.complaints(&program.page());
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// One browser at a time, so that none makes another one slow.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()
}

fn text(text: &str) -> String {
    json!(text).to_string()
}

/// The card of the breaker with this name, as an expression of the page.
fn card(name: &str) -> String {
    format!(
        "[...document.querySelectorAll('#cards .card')].find(it => it.querySelector('h3').textContent === {})",
        text(name)
    )
}

#[test]
fn a_change_of_state_is_visible_within_a_second() {
    in_browser(WIDE, "light", |program, browser| {
        browser.wait_until("document.querySelector('#fresh').textContent === 'Live'");
        for name in ["page: first", "page: second", "page: third"] {
            let users = breaker(name);
            program.work(); // The page does not stand still either.
            watch_for_card(browser, name);
            let changed = now_ms();
            users.force_open();
            let seen = u128::from(browser.value("window.seen").as_u64().unwrap());
            println!("{name}: visible after {} ms", seen.saturating_sub(changed));
            assert!(seen < changed + 1000, "{name}: visible after {} ms", seen - changed);
            assert_eq!(browser.value(&format!("{}.querySelector('.badge').textContent", card(name))), "forced open");
            let logged = browser.value("document.querySelector('#log-rows li').textContent");
            assert!(logged.as_str().unwrap().contains(name), "{logged}");
            users.reset();
            browser.wait_until(&format!("!{}", card(name)));
        }
    });
}

#[test]
fn a_change_of_state_is_shown_by_its_event_without_a_snapshot() {
    in_browser(WIDE, "light", |_, browser| {
        let users = breaker("page: by event");
        browser.wait_until("document.querySelector('#fresh').textContent === 'Live'");
        browser.value("document.querySelector('#filter').focus()");
        browser.write("by event");
        browser.wait_until("document.querySelector('#closed-n').textContent === '1 closed circuit breaker'");
        watch_for_card(browser, "page: by event");
        browser.value("window.fetch = () => new Promise(() => {}), 1");
        users.force_open();
        browser.value("window.seen");
        users.reset();
    });
}

/// From now on `window.seen` is a promise of the time at which the card of this breaker is there.
fn watch_for_card(browser: &mut Chromium, name: &str) {
    let card = card(name);
    browser.value(&format!(
        "window.seen = new Promise(done => new MutationObserver(() => {{ if ({card}) done(Date.now()) }})
            .observe(document.querySelector('#cards'), {{ childList: true, subtree: true, characterData: true }})), 1"
    ));
}

#[test]
fn names_that_are_html_stay_text() {
    in_browser(WIDE, "light", |program, browser| {
        breaker(EVIL).force_open();
        program.work();
        let shown = r#"<img src=x onerror=alert(1)><b id=evil>"'&\u{1b}[31m\u{202e}"#;
        browser.wait_until(&format!("Boolean({})", card(shown)));
        browser.value("document.querySelector('input[value=all]').click()");
        browser.wait_until("document.querySelector('#log-rows').textContent.includes('<img src=x')");
        browser.wait_until("document.querySelector('#log-rows').textContent.includes('<b>no</b> connection')");
        assert_eq!(browser.value("document.querySelectorAll('img, #evil, main b:not(.box b), iframe').length"), 0);
        assert_eq!(
            browser.value(r"/[\u0000-\u0009\u000b-\u001f\u202e]/.test(document.documentElement.textContent)"),
            false
        );
        browser.value(&format!("{}.querySelector('button').click()", card(shown)));
        let title = browser.value("document.querySelector('#act-h').textContent");
        assert_eq!(title, format!("Circuit breaker {shown}"));
        breaker(EVIL).reset();
    });
}

#[test]
fn an_action_needs_nothing_but_the_keyboard() {
    in_browser(WIDE, "light", |_, browser| {
        let users = breaker("page: by keyboard");
        users.disable();
        browser.wait_until(&format!("Boolean({})", card("page: by keyboard")));
        browser.press("Tab");
        assert_eq!(browser.value("document.activeElement.textContent"), "Skip to what is open");
        browser.press("Enter");
        assert_eq!(browser.value("document.activeElement.id"), "open");
        browser.tab_to("it.getAttribute('aria-label') === 'Force open page: by keyboard…'");
        assert_eq!(browser.value("getComputedStyle(document.activeElement).outlineStyle"), "solid");
        browser.press("Enter");
        browser.wait_until("document.querySelector('#act').open");
        let effect = browser.value("document.querySelector('#act-effect').textContent");
        assert!(effect.as_str().unwrap().contains("is refused at once. Then it is as before: disabled"), "{effect}");
        browser.tab_to("it.id === 'act-for'");
        browser.value("document.activeElement.select()");
        browser.write("90s");
        browser.tab_to("it.id === 'act-secret'");
        browser.write(TOKEN);
        browser.press("Enter");
        browser.wait_until("document.activeElement.id === 'notice'");
        assert_eq!(users.state(), CircuitState::ForcedOpen);
        let notice = browser.value("document.querySelector('#notice p').textContent");
        assert!(notice.as_str().unwrap().contains("Done: page: by keyboard is forced open for 1"), "{notice}");
        browser.wait_until(&format!("/ends in \\d/.test({}.textContent)", card("page: by keyboard")));
        the_token_is_nowhere(browser);
        users.reset();
    });
}

/// It is in no storage, no cookie, no address and no element, and yet the next action needs no token.
fn the_token_is_nowhere(browser: &mut Chromium) {
    let places = browser.value(
        "[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href,
          document.documentElement.outerHTML, ...[...document.querySelectorAll('input')].map(it => it.value)]",
    );
    assert!(!places.to_string().contains(TOKEN), "{places}");
    assert_eq!(browser.value("indexedDB.databases().then(all => all.length)"), 0);
    let globals = browser.value("Object.values(window).filter(it => typeof it === 'string').join()");
    assert!(!globals.as_str().unwrap().contains(TOKEN));
    browser.tab_to("it.id === 'token'");
    assert_eq!(browser.value("document.activeElement.textContent"), "Forget token");
    browser.press("Enter");
    browser.wait_until("document.querySelector('#token').textContent === 'Enter token…'");
}

#[test]
fn a_rejected_configuration_is_said_with_its_problems_until_one_is_applied() {
    in_browser(PHONE, "light", |_, browser| {
        let is_said = "document.querySelector('#config').checkVisibility()";
        browser.wait_until("document.querySelector('#fresh').textContent === 'Live'");
        assert_eq!(browser.value(is_said), false);
        let load = |text| resilient::config::loader().variables([]).apply(text);
        load("[circuit_breaker.\"page: users\"]\nfailure_treshold = 3").unwrap_err();
        browser.wait_until(is_said);
        let said = browser.value("document.querySelector('#config').textContent");
        assert!(said.as_str().unwrap().contains("did you mean `failure_threshold`"), "{said}");
        load("[circuit_breaker.\"page: users\"]\nfailure_threshold = 2000").unwrap();
        browser.wait_until(&format!("!{is_said}"));
        browser.wait_until("document.querySelector('.pipe').closest('#functions').textContent.includes('failure_threshold 2000 ◆ from ')");
        load("").unwrap();
    });
}

#[test]
fn two_limits_of_one_function_are_told_apart() {
    in_browser(WIDE, "light", |_, browser| {
        twice_limited().unwrap();
        let boxes = "[...[...document.querySelectorAll('#functions .fn')]
            .find(it => it.querySelector('h3').textContent.endsWith('twice_limited'))?.querySelectorAll('.box') ?? []]
            .map(it => it.querySelector('.badge')?.textContent ?? '')";
        browser.wait_until(&format!("{boxes}.includes('used up')"));
        assert_eq!(browser.value(boxes), json!(["", "used up", ""]));
        let rows = "[...document.querySelectorAll('#full-rows th')].map(it => it.textContent.split('rate limit')[0])
            .filter(it => it.startsWith('twice_limited')).sort()";
        assert_eq!(browser.value(rows), json!(["twice_limited", "twice_limited#2"]));
    });
}

#[test]
fn the_page_fits_a_phone_and_a_wide_screen_in_light_and_dark() {
    for (size, scheme) in [(PHONE, "light"), (PHONE, "dark"), (WIDE, "light"), (WIDE, "dark")] {
        in_browser(size, scheme, |program, browser| {
            let long = breaker(&"a-name-of-five-hundred-letters-".repeat(16));
            long.force_open();
            program.work();
            browser.wait_until("document.querySelectorAll('#cards .card').length > 0");
            browser.value("document.querySelectorAll('details').forEach(it => { it.open = true; })");
            browser.wait_until("document.querySelectorAll('.all-settings td').length > 4");
            assert_eq!(browser.value(TOO_WIDE), json!([]), "{size:?}: wider than the screen");
            let dark = browser.value("getComputedStyle(document.body).backgroundColor === 'rgb(14, 19, 24)'");
            assert_eq!(dark, scheme == "dark");
            let faint = browser.value(FAINT);
            assert_eq!(faint, json!([]), "{size:?} {scheme}: contrast below 4.5");
            long.reset();
        });
    }
}

/// If the page can be scrolled to the side: what reaches beyond the screen.
const TOO_WIDE: &str =
    "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(it => it.getBoundingClientRect().right > clientWidth)
    .map(it => `${it.tagName} ${it.id} ${it.className} ${it.textContent.slice(0, 40)}`))(document.documentElement)";

/// The texts whose contrast with what is behind them is below the 4.5 of WCAG AA.
const FAINT: &str = r"(() => {
    const rgb = colour => colour.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = it => { for (; it; it = it.parentElement) {
        const colour = rgb(getComputedStyle(it).backgroundColor);
        if (colour.length < 4 || colour[3] > 0) return colour;
    } };
    const contrast = it => {
        const [a, b] = [light(rgb(getComputedStyle(it).color)), light(behind(it))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    };
    const has = it => [...it.childNodes].some(kid => kid.nodeType === 3 && kid.data.trim()) && it.checkVisibility();
    document.getAnimations().forEach(it => it.finish());
    return [...document.querySelectorAll('body *')].filter(it => has(it) && contrast(it) < 4.5)
        .map(it => it.className + ': ' + it.textContent + ' ' + contrast(it).toFixed(2));
})()";

#[test]
fn a_lost_connection_is_said_with_the_age_of_what_is_seen_and_comes_back() {
    let _alone = alone();
    let Some(mut browser) = Chromium::start() else { return };
    let program = Program::start();
    let address = program.address;
    browser.open(&program.page(), PHONE, "dark");
    let is_lost = "document.querySelector('#lost').checkVisibility()";
    assert_eq!(browser.value(is_lost), false);
    program.stop();
    browser.wait_until(is_lost);
    let said: Value = browser.value("document.querySelector('#lost').textContent");
    assert!(said.as_str().unwrap().starts_with("Connection lost. What you see is "), "{said}");
    assert_eq!(browser.value("document.querySelector('#fresh').textContent"), "Connection lost");
    let again = Program::start_at(address);
    browser.wait_until("document.querySelector('#fresh').textContent === 'Live'");
    assert_eq!(browser.value(is_lost), false);
    again.stop();
}
