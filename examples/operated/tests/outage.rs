//! The example as its reader runs it: the program, its page, and the keys.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Nothing takes so long unless it never comes.
const GENEROUS: Duration = Duration::from_secs(120);

/// How long the service follows its script of faults, which open the breaker, too.
const SCRIPT: Duration = Duration::from_secs(6);

/// The program, with a directory of its own for its file.
struct Operated {
    child: Child,
    keys: ChildStdin,
    lines: Receiver<String>,
    said: Vec<String>,
    folder: PathBuf,
}

impl Operated {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("operated-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_operated"))
            .envs(["TMPDIR", "TMP", "TEMP"].map(|name| (name, &folder)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (keys, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let (sender, lines) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, keys, lines, said: Vec::new(), folder }
    }

    fn press(&mut self, key: &str) {
        writeln!(self.keys, "{key}").unwrap();
    }

    /// The next line that has this in it.
    fn line(&mut self, part: &str) -> String {
        let end = Instant::now() + GENEROUS;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("no `{part}`: {:#?}", self.said));
            self.said.push(line.clone());
            if line.contains(part) {
                return line;
            }
        }
    }
}

impl Drop for Operated {
    fn drop(&mut self) {
        // If it has ended, there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The status of an answer, and its body.
fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn json(address: &str, path: &str) -> Value {
    serde_json::from_str(&get(address, path).1).unwrap()
}

/// What the snapshot has of the shared state `market`.
fn market(address: &str, list: &str) -> Value {
    let snapshot = json(address, "/api/snapshot");
    let found = snapshot[list].as_array().unwrap().iter().find(|it| it["name"] == "market");
    found.unwrap_or_else(|| panic!("{snapshot}")).clone()
}

/// Asks until it is so.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + GENEROUS;
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_reader_sees_a_breaker_open_and_a_limit_change_and_nothing_is_lost() {
    let mut operated = Operated::start();
    let started = Instant::now();
    let line = operated.line("the page is at http://");
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let file = PathBuf::from(operated.line("the configuration is ").replace("the configuration is ", ""));
    assert!(file.starts_with(&operated.folder), "{}", file.display());
    assert!(get(&address, "/").1.starts_with("<!doctype html>"));
    assert_eq!(market(&address, "bulkheads")["limit"], 8);

    outage(&mut operated, &address, started);
    limit(&mut operated, &address);
    mistake(&mut operated, &address, &file);
    end(&mut operated, &address);
    assert!(!file.exists());
}

/// The breaker opens, the program is not ready, and both pass.
fn outage(operated: &mut Operated, address: &str, started: Instant) {
    operated.press("o");
    operated.line("an outage begins");
    sleep((started + SCRIPT).saturating_duration_since(Instant::now()));
    let breaker = || market(address, "circuit_breakers");
    wait_until("the breaker opens", || breaker()["state"] == "open");
    wait_until("the program is not ready", || {
        let (status, body) = get(address, "/readyz");
        status == 503 && body.contains(r#""critical":["market"]"#) && body.contains(r#""open":["market"]"#)
    });
    let changes = breaker()["state_changes"].as_u64().unwrap();
    wait_until("probes fail", || breaker()["state_changes"].as_u64().unwrap() > changes + 2);
    operated.press("o");
    operated.line("the outage ends");
    wait_until("the breaker closes", || breaker()["state"] == "closed");
    wait_until("the program is ready", || {
        get(address, "/readyz") == (200, r#"{"status":"ok","open":[],"critical":[]}"#.into())
    });
}

/// The file that is watched changes a limit while calls are in flight, and those that come after it are counted by the same
/// bulkhead.
fn limit(operated: &mut Operated, address: &str) {
    let bulkhead = || market(address, "bulkheads");
    let accepted = |bulkhead: &Value| bulkhead["accepted_calls"].as_u64().unwrap();
    let before = accepted(&bulkhead());
    for (limit, change) in [(1, "max_concurrent = 8 -> 1"), (8, "max_concurrent = 1 -> 8")] {
        operated.press("l");
        operated.line(&format!("the file says max_concurrent = {limit}; "));
        operated.line(change);
        assert_eq!(bulkhead()["limit"], limit);
    }
    let after = accepted(&bulkhead());
    assert!(after >= before && before > 0, "what was counted stays");
    wait_until("calls go on", || accepted(&bulkhead()) > after + 100);
}

/// What is wrong in the file is said, and the last good limit stays.
fn mistake(operated: &mut Operated, address: &str, file: &PathBuf) {
    fs::write(file, "[bulkhead.market]\nmax_concurrent = 0\n").unwrap();
    operated.line("max_concurrent` must be at least 1");
    let status = json(address, "/api/config")["status"].clone();
    assert_eq!(status["problems"].as_array().unwrap().len(), 1, "{status}");
    assert_eq!((market(address, "bulkheads")["limit"].as_u64(), status["watched"].as_bool()), (Some(8), Some(true)));
}

/// A reader of events does not hold the program up, and every call has ended.
fn end(operated: &mut Operated, address: &str) {
    let mut reader = TcpStream::connect(address).unwrap();
    write!(reader, "GET /api/events HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    reader.read_exact(&mut [0; 12]).unwrap();
    operated.press("q");
    let totals = operated.line(" calls began and ");
    let numbers: Vec<u64> =
        totals.split(|letter: char| !letter.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect();
    let [begun, ended, fresh, by_fallback, errors, lost] = numbers[..] else { panic!("{totals}") };
    assert_eq!((begun, lost), (ended, 0), "{totals}");
    assert_eq!(fresh + by_fallback + errors, ended, "{totals}");
    assert!(by_fallback > 0 && fresh > 0, "{totals}");
    let mut status = None;
    wait_until("the program ends", || {
        status = operated.child.try_wait().unwrap();
        status.is_some()
    });
    assert!(status.unwrap().success());
}
