//! `deadline = ignore`.

use proc_macro2::TokenStream;
use resilient_rules::retry::IGNORE_DEADLINE;
use syn::{Expr, Result};

use super::word_of;
use crate::describe::settings::{Shown, Text};
use crate::expand::policy::Policy;
use crate::model::Setting;
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::one_word;
use crate::settings::{Part, SettingKind, SettingValue};

/// What a deadline above means to the delays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeadlineAbove {
    Ignored,
}

const WORDS: [(&str, DeadlineAbove); 1] = [(IGNORE_DEADLINE, DeadlineAbove::Ignored)];

impl FromSetting for DeadlineAbove {
    const FORM: &'static str = " = ignore";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        one_word(key, value, &WORDS)
    }
}

impl Text for DeadlineAbove {
    fn text(&self) -> String {
        word_of(self, &WORDS)
    }
}

impl SettingValue for DeadlineAbove {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::text(self.text()))
    }
}

impl SettingKind for DeadlineAbove {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, _: &str, setting: &Setting<Self>) {
        match setting.value {
            Self::Ignored => policy.set("ignore_deadline", &TokenStream::new()),
        }
    }
}
