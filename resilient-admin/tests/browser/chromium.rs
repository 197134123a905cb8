//! Chromium without a window, driven through its protocol for debuggers, over pipes: nothing but the browser is needed.

use std::env;
use std::io::{BufRead, BufReader, Write, stderr};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// An answer that takes longer than this never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What Chromium must not do on its own: it would look for addresses outside.
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "about:blank",
];

/// A browser with one page.
pub(crate) struct Chromium {
    process: Child,
    commands: ChildStdin,
    answers: Receiver<Value>,
    next_id: u64,
    session: Option<String>,
    folder: String,
    /// What the browser has said without being asked.
    events: Vec<Value>,
}

impl Chromium {
    /// The browser that the variable `CHROMIUM` names. Without the variable there is none, which is said.
    pub(crate) fn start() -> Option<Self> {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let Some(program) = env::var_os("CHROMIUM") else {
            // Not by `eprintln`, which the harness keeps back.
            let _ = writeln!(stderr(), "skipped: the variable CHROMIUM does not name a browser");
            return None;
        };
        // Relaxed: it only makes the numbers different.
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("resilient-admin-{}-{number}", std::process::id()));
        // The protocol's pipes are the descriptors 3 and 4, which only a shell can make out of the usual ones.
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null"#])
            .arg(program)
            .arg(format!("--user-data-dir={}", folder.display()))
            .args(FLAGS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (commands, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let folder = folder.display().to_string();
        let answers = read(output);
        Some(Self { process, commands, answers, next_id: 0, session: None, folder, events: Vec::new() })
    }

    /// Opens an address in a window of this size.
    pub(crate) fn open(&mut self, address: &str, (width, height): (u32, u32), scheme: &str) {
        let target = self.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attached = self.call("Target.attachToTarget", &json!({ "targetId": target["targetId"], "flatten": true }));
        self.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Network"] {
            self.call(&format!("{domain}.enable"), &json!({}));
        }
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &size);
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "features": features }));
        self.call("Page.navigate", &json!({ "url": address }));
        self.wait_until("document.querySelector('#tiles .tile') !== null");
    }

    /// The value of an expression in the page; a promise is awaited.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let ask = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", &ask);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    pub(crate) fn wait_until(&mut self, expression: &str) {
        let until = Instant::now() + PATIENCE;
        while self.value(expression) != json!(true) {
            assert!(Instant::now() < until, "never: {expression}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key, as `Tab`.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            "Escape" => (27, None),
            "ArrowDown" => (40, None),
            other => panic!("no such key: {other}"),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            if let (Some(text), "keyDown") = (text, kind) {
                event["text"] = json!(text);
            }
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Presses Tab until the element that has the focus fulfils this; `it` is the element.
    pub(crate) fn tab_to(&mut self, condition: &str) {
        for _ in 0..80 {
            self.press("Tab");
            if self.value(&format!("(it => Boolean({condition}))(document.activeElement)")) == json!(true) {
                return;
            }
        }
        panic!("Tab does not lead to an element with {condition}");
    }

    /// Types text where the focus is.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// What is wrong so far: errors in the console, a violated Content-Security-Policy, dialogs of the browser, and
    /// requests that leave this address.
    pub(crate) fn complaints(&mut self, address: &str) -> Vec<String> {
        self.value("1"); // All that came before has been read then.
        self.events.iter().filter(|event| is_complaint(event, address)).map(Value::to_string).collect()
    }

    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        let mut command = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        self.commands.write_all(format!("{command}\0").as_bytes()).unwrap();
        let until = Instant::now() + PATIENCE;
        loop {
            // Events come all the time, so that each may not begin the wait anew.
            let rest = until.saturating_duration_since(Instant::now());
            let message = self.answers.recv_timeout(rest).unwrap_or_else(|error| panic!("{method}: {error}"));
            if message["id"] != json!(id) {
                self.events.push(message);
            } else if message["error"].is_null() {
                return message["result"].clone();
            } else {
                panic!("{method}: {message}");
            }
        }
    }
}

/// Reads messages, each of which a zero byte ends.
fn read(output: ChildStdout) -> Receiver<Value> {
    let (send, messages) = mpsc::channel();
    thread::spawn(move || {
        for message in BufReader::new(output).split(0) {
            let Ok(message) = message else { return };
            if send.send(serde_json::from_slice(&message).unwrap()).is_err() {
                return;
            }
        }
    });
    messages
}

fn is_complaint(event: &Value, address: &str) -> bool {
    let params = &event["params"];
    match event["method"].as_str().unwrap_or_default() {
        "Runtime.exceptionThrown" | "Page.javascriptDialogOpening" => true,
        "Runtime.consoleAPICalled" => params["type"] == "error",
        "Log.entryAdded" => params["entry"]["level"] == "error",
        "Network.requestWillBeSent" => {
            let url = params["request"]["url"].as_str().unwrap_or_default();
            !url.starts_with(address) && !url.starts_with("data:")
        }
        _ => false,
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.session = None;
        // It may be gone already, and then there is nothing to end.
        let _ = self.commands.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        thread::sleep(Duration::from_millis(300));
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
