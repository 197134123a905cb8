//! Reads the text of a configuration.

use resilient_rules::words::did_you_mean;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::entry::{Addressed, Entries, Entry, Scope};
use crate::config::error::{At, ConfigProblem, Source};
use crate::config::settings::{self, ENABLED};
use crate::config::value::Given;
use crate::registry::functions::LayerKind;
use crate::registry::similar::nearest;

/// The most bytes of a text.
pub(super) const MOST_BYTES: usize = 1 << 20;
/// The most values of a text.
const MOST_VALUES: usize = 10_000;

/// Reads a text; problems are added to `problems`.
pub(super) fn read(file: &str, text: &str, problems: &mut Vec<ConfigProblem>) -> Entries {
    let mut reading = Reading { source: Source::new(file, text), problems, entries: Entries::default() };
    if text.len() > MOST_BYTES {
        let message = format!("a configuration has at most {MOST_BYTES} bytes, and this has {}", text.len());
        reading.problems.push(ConfigProblem::new(message, None, At::File(file.to_owned())));
        return reading.entries;
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reading.problem(error.span().unwrap_or(0..0), error.message().to_owned(), None);
    }
    reading.root(root.get_ref());
    if reading.entries.values.len() > MOST_VALUES {
        let message = format!("a configuration has at most {MOST_VALUES} values");
        reading.problems.push(ConfigProblem::new(message, None, At::File(file.to_owned())));
    }
    reading.entries
}

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;
type Value<'t> = Spanned<DeValue<'t>>;

struct Reading<'t, 'p> {
    source: Source<'t>,
    problems: &'p mut Vec<ConfigProblem>,
    entries: Entries,
}

/// The tables that are not called after a layer.
const TABLES: [&str; 4] = ["all", "module", "policy", "function"];

impl<'t> Reading<'t, '_> {
    fn at(&self, span: &std::ops::Range<usize>) -> At {
        self.source.place(span)
    }

    fn problem(&mut self, span: std::ops::Range<usize>, message: String, help: Option<String>) {
        let at = self.at(&span);
        self.problems.push(ConfigProblem::new(message, help, at));
    }

    fn root(&mut self, root: &DeTable<'t>) {
        for (key, value) in root {
            match key.get_ref().as_ref() {
                ENABLED => self.switch(value),
                "all" => self.layers(value, &Scope::All, None),
                "module" => self.named(value, |reading, path, value| {
                    reading.layers(value, &Scope::Module(path.get_ref().to_string()), Some(path));
                }),
                "policy" => self.named(value, |reading, name, value| reading.numbered(name, value, Scope::Policy)),
                "function" => self.named(value, |reading, path, value| reading.numbered(path, value, Scope::Function)),
                name => match LayerKind::named(name).filter(|kind| is_shared(*kind)) {
                    Some(kind) => self.named(value, |reading, name, value| {
                        let (scope, addressed) =
                            (Scope::Name(name.get_ref().to_string()), reading.addressed(Some(name), name));
                        reading.settings(&Target { kind, scope, addressed }, value);
                    }),
                    None => self.unknown_table(key, name),
                },
            }
        }
    }

    fn unknown_table(&mut self, key: &Key<'t>, name: &str) {
        let shared = LayerKind::ALL.iter().filter(|kind| is_shared(**kind)).map(|kind| kind.name());
        let known: Vec<_> = TABLES.into_iter().chain(shared).collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(meant) => did_you_mean(meant),
            None => format!("the tables are {}", known.join(", ")),
        };
        self.problem(key.span(), format!("unknown table `{}`", name.escape_debug()), Some(help));
    }

    fn switch(&mut self, value: &Value<'t>) {
        match given(value.get_ref()).flag() {
            Ok(true) => {}
            Ok(false) => self.entries.switched_off = Some(self.at(&value.span())),
            Err(message) => self.problem(value.span(), message, None),
        }
    }

    /// A table whose keys are names.
    fn named(&mut self, value: &Value<'t>, mut each: impl FnMut(&mut Self, &Key<'t>, &Value<'t>)) {
        if let Some(table) = self.table(value) {
            for (name, value) in table {
                each(self, name, value);
            }
        }
    }

    fn addressed(&self, name: Option<&Key<'t>>, layer: &Key<'t>) -> Addressed {
        Addressed { name: self.at(&name.unwrap_or(layer).span()), layer: self.at(&layer.span()) }
    }

    fn table<'v>(&mut self, value: &'v Value<'t>) -> Option<&'v DeTable<'t>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.problem(value.span(), "expected a table".to_owned(), None);
        }
        table
    }

    /// A table whose keys are layers, below a name if it has one.
    fn layers(&mut self, value: &Value<'t>, scope: &Scope, name: Option<&Key<'t>>) {
        let Some(table) = self.table(value) else { return };
        for (key, value) in table {
            if let Some(kind) = self.kind(key) {
                let target = Target { kind, scope: scope.clone(), addressed: self.addressed(name, key) };
                self.settings(&target, value);
            }
        }
    }

    fn kind(&mut self, key: &Key<'t>) -> Option<LayerKind> {
        let name = key.get_ref().as_ref();
        let known = LayerKind::ALL.iter().copied().filter(|kind| !settings::names(*kind).is_empty());
        match LayerKind::named(name) {
            Some(LayerKind::Fallback) => {
                self.problem(key.span(), "a `fallback` has nothing that a configuration changes".to_owned(), None);
                None
            }
            Some(kind) => Some(kind),
            None => {
                let names: Vec<_> = known.map(LayerKind::name).collect();
                let help = match nearest(name, names.iter().copied()) {
                    Some(meant) => did_you_mean(meant),
                    None => format!("the layers are {}", names.join(", ")),
                };
                self.problem(key.span(), format!("unknown layer `{}`", name.escape_debug()), Some(help));
                None
            }
        }
    }

    /// The layers of a function, or of a stack. A number below a layer is its place among those of its kind.
    fn numbered(&mut self, name: &Key<'t>, value: &Value<'t>, scope: impl Fn(String, usize) -> Scope) {
        let Some(table) = self.table(value) else { return };
        for (key, value) in table {
            let Some(kind) = self.kind(key) else { continue };
            let Some(settings) = self.table(value) else { continue };
            let target = |reading: &Self, nth, layer| {
                let scope = scope(name.get_ref().to_string(), nth);
                Target { kind, scope, addressed: reading.addressed(Some(name), layer) }
            };
            for (setting, value) in settings {
                match setting.get_ref().parse::<usize>() {
                    Ok(nth) => self.settings(&target(self, nth, setting), value),
                    Err(_) => self.setting(&target(self, 1, key), setting, value),
                }
            }
        }
    }

    fn settings(&mut self, target: &Target, value: &Value<'t>) {
        let Some(table) = self.table(value) else { return };
        for (name, value) in table {
            self.setting(target, name, value);
        }
    }

    fn setting(&mut self, target: &Target, name: &Key<'t>, value: &Value<'t>) {
        let Target { kind, scope, addressed } = target.clone();
        let setting = name.get_ref().as_ref();
        if let Some((message, help)) = settings::wrong_name(kind, setting) {
            return self.problem(name.span(), message, help);
        }
        let (at, setting, given) = (self.at(&value.span()), setting.to_owned(), given(value.get_ref()));
        self.entries.values.push(Entry { scope, kind, setting, given, at, addressed });
    }
}

/// Which layers the values of a table are for.
#[derive(Clone)]
struct Target {
    kind: LayerKind,
    scope: Scope,
    addressed: Addressed,
}

/// Whether state of such layers has a name.
const fn is_shared(kind: LayerKind) -> bool {
    !matches!(kind, LayerKind::Retry | LayerKind::Timeout | LayerKind::Fallback)
}

fn given(value: &DeValue<'_>) -> Given {
    match value {
        DeValue::String(text) => Given::Text(text.clone().into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => Given::Integer(number.as_str().to_owned()),
        DeValue::Integer(number) => {
            let decimal = i128::from_str_radix(number.as_str(), number.radix()).map(|number| number.to_string());
            Given::Integer(decimal.unwrap_or_else(|_| number.as_str().to_owned()))
        }
        DeValue::Float(number) => {
            number.as_str().parse().map_or(Given::Other("a number that cannot be read"), Given::Number)
        }
        DeValue::Boolean(flag) => Given::Flag(*flag),
        DeValue::Datetime(_) => Given::Other("a date"),
        DeValue::Array(list) => Given::List(list.iter().map(|value| given(value.get_ref())).collect()),
        DeValue::Table(_) => Given::Other("a table"),
    }
}
