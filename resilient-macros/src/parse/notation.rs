//! Recognises the notation of other languages and libraries, such as `a: 3` or `50%`, and reports what to write
//! instead.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Lit, Result, Token};

use super::duration;
use super::item_end::{assignment_follows, ends};

/// Checks the item that begins here without consuming it.
pub(crate) fn check(input: ParseStream) -> Result<()> {
    let ahead = input.fork();
    if ahead.peek(Ident::peek_any) && ahead.peek2(Token![:]) && !ahead.peek2(Token![::]) {
        let key = ahead.call(Ident::parse_any)?;
        return Err(ahead.error(format!("a setting is given by `=`: write `{key} = …`")));
    }
    if ahead.peek(Ident::peek_any) && assignment_follows(&ahead) {
        ahead.call(Ident::parse_any)?;
        ahead.parse::<Token![=]>()?;
    }
    match ahead.parse::<Lit>() {
        Ok(Lit::Int(number)) if number.suffix().is_empty() => behind(number.base10_digits(), &ahead),
        Ok(Lit::Float(number)) if number.suffix().is_empty() => behind(number.base10_digits(), &ahead),
        _ => Ok(()),
    }
}

/// What stands behind a number and ends the item.
fn behind(digits: &str, input: ParseStream) -> Result<()> {
    let next = input.fork();
    if let (Ok(word), true) = (next.call(Ident::parse_any), ends(&next)) {
        return match duration::apart(digits, &word.to_string()) {
            Some(message) => Err(Error::new(word.span(), message)),
            None => Ok(()),
        };
    }
    let next = input.fork();
    match (next.parse::<Token![%]>(), ends(&next), percent(digits)) {
        (Ok(sign), true, Some(message)) => Err(Error::new(sign.span, message)),
        _ => Ok(()),
    }
}

/// What to write for a percentage, if it is from 0 to 100.
pub(crate) fn percent(digits: &str) -> Option<String> {
    let share = digits.trim().parse::<f64>().ok()? / 100.0;
    (0.0..=1.0).contains(&share).then(|| format!("a share is a number from 0 to 1: write `{share}`"))
}
