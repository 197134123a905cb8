//! A handle or a value, which stands alone among the settings of an attribute: `USERS`, `self.slots`, `pick(id)`.

use proc_macro2::Ident;
use quote::ToTokens;
use resilient_rules::words::nearest;
use syn::{Expr, Meta, UnOp};

use super::args::{Args, Item, known, nameless};
use super::expr_shape::{peel, word};
use super::setting::{Known, Settings};
use crate::diagnostics::Errors;

impl Args {
    /// The settings of an attribute whose state may be given by an expression, and that expression. `key_for` guesses
    /// which setting a value was meant for that cannot be the state.
    pub(crate) fn known_and_held<S: Settings>(
        self,
        key_for: impl Fn(&Expr) -> &'static str,
        errors: &mut Errors,
    ) -> (Known, Option<Expr>) {
        let (mut settings, mut held) = (Vec::new(), None);
        for item in self.into_items() {
            let value = match item {
                Item::Setting(meta) if is_setting::<S>(&meta) => {
                    settings.push(meta);
                    continue;
                }
                Item::Setting(meta) => errors.keep(syn::parse2(meta.into_token_stream())),
                Item::Positional(value) => Some(value),
            };
            let Some(value) = value else { continue };
            if !may_be_state(&value) {
                errors.push(nameless(&value, key_for(&value)));
            } else if held.is_some() {
                errors.over(&value, "this is the second handle or value of one attribute: keep one of the two");
            } else {
                held = Some(value);
            }
        }
        (known::<S>(settings, errors), held)
    }
}

/// Whether something was meant as a setting: by its form, by its name, or by a name that is nearly right.
fn is_setting<S: Settings>(meta: &Meta) -> bool {
    let name = meta.path().to_token_stream().to_string();
    match meta {
        Meta::NameValue(_) => true,
        Meta::Path(_) | Meta::List(_) if S::NAMES.contains(&name.as_str()) => true,
        // A constant.
        Meta::Path(_) | Meta::List(_) if name.starts_with(char::is_uppercase) => false,
        Meta::Path(_) => is_nearly_a_setting::<S>(&name),
        Meta::List(_) => is_nearly_a_setting::<S>(&name) || S::SYNONYMS.iter().any(|synonym| synonym.is_called(&name)),
    }
}

/// Whether a word is a setting's name with a typing mistake, or the first half of one: `max_w`.
fn is_nearly_a_setting<S: Settings>(word: &str) -> bool {
    let is_begun = |name: &&str| word.contains('_') && name.starts_with(word);
    nearest(word, S::NAMES).is_some() || S::NAMES.iter().any(is_begun)
}

/// Whether an expression can be a breaker or the like by its form: not a number, a closure or a sum.
fn may_be_state(value: &Expr) -> bool {
    match peel(value) {
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        Expr::Path(_)
        | Expr::Field(_)
        | Expr::MethodCall(_)
        | Expr::Call(_)
        | Expr::Reference(_)
        | Expr::Index(_)
        | Expr::Macro(_)
        | Expr::Await(_)
        | Expr::Block(_)
        | Expr::If(_)
        | Expr::Match(_)
        | Expr::Unsafe(_) => true,
        _ => false,
    }
}

/// What a value is a field of, and which field: `self` and `slots` of `&self.slots.db`.
pub(crate) fn field(held: &Expr) -> Option<(&Ident, String)> {
    match peel(held) {
        Expr::Reference(reference) if reference.mutability.is_none() => field(&reference.expr),
        Expr::Field(access) => match word(&access.base) {
            Some(root) => Some((root, access.member.to_token_stream().to_string())),
            None => field(&access.base),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::bulkhead::model::Bulkhead;
    use proc_macro2::TokenStream;

    /// The held expression, or the errors.
    fn held(args: &str) -> String {
        let mut errors = Errors::default();
        let args = Args::split(args.parse::<TokenStream>().expect("tokens"), &mut errors);
        let (_, held) = args.known_and_held::<Bulkhead>(|_| "max_concurrent", &mut errors);
        let messages = errors.messages().join("; ");
        if messages.is_empty() { held.to_token_stream().to_string().replace(' ', "") } else { messages }
    }

    #[test]
    fn state_stands_alone_among_the_settings() {
        let values = ["DB", "crate::pools::DB", "self", "self.slots", "pool", "pick(id)", "self.slots(id)", "&*slots"];
        for value in values {
            assert_eq!(held(value), value);
            assert_eq!(held(&format!("map_err = f, {value}")), value);
        }
        assert_eq!(held("name = \"db\""), "");
    }

    #[test]
    fn what_is_nearly_a_setting_is_one() {
        assert_eq!(held("max_wate(1s)"), "unknown setting `max_wate`: did you mean `max_wait`?");
        assert_eq!(held("max_concurent"), "unknown setting `max_concurent`: did you mean `max_concurrent`?");
        assert_eq!(held("max_w"), "unknown setting `max_w`: did you mean `max_wait`?");
        assert_eq!(held("queue_size(3)"), "unknown setting `queue_size`: did you mean `max_queue`?");
        assert_eq!(held("name"), "");
    }

    #[test]
    fn numbers_and_the_like_are_no_state() {
        for value in ["10", "2 * N", "-1", "|x| x", "\"db\"", "1s"] {
            assert!(held(value).starts_with("a setting is given by its name"), "{value}: {}", held(value));
        }
        assert!(held("A, B").starts_with("this is the second handle"));
    }

    #[test]
    fn a_field_is_known_by_its_form() {
        let expr = |source: &str| syn::parse_str::<Expr>(source).expect("an expression");
        let place = |source: &str| field(&expr(source)).map(|(root, field)| format!("{root} {field}"));
        assert_eq!(place("self.slots").as_deref(), Some("self slots"));
        assert_eq!(place("&client.pools.db").as_deref(), Some("client pools"));
        assert_eq!(place("self.slots()"), None);
        assert_eq!(place("self.slots.clone()"), None);
    }
}
