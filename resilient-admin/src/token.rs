//! The token of those who may act.

use std::env::{self, VarError};
use std::fmt;
use std::hint::black_box;

use sha2::{Digest, Sha256};

/// A shorter token can be guessed.
const SHORTEST: usize = 16;

/// The secret that whoever acts has to know: at least 16 bytes.
///
/// Only a hash of it is kept, so it is in no dump and in no log.
///
/// ```
/// use resilient_admin::Token;
///
/// assert!(Token::new("correct horse battery staple").is_ok());
/// assert_eq!(
///     Token::new("123456").unwrap_err().to_string(),
///     "the token has 6 bytes: it must have at least 16"
/// );
/// ```
#[derive(Clone)]
pub struct Token(Hash);

type Hash = [u8; 32];

/// A token that cannot be one. From [`Token`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It has fewer than 16 bytes.
    #[error("the token has {bytes} bytes: it must have at least {SHORTEST}")]
    TooShort {
        /// So many it has.
        bytes: usize,
    },
    /// It has a byte that no header may have: a space, a control character, or one that is not ASCII.
    #[error("the token has a character that no header may have: write printable ASCII, without spaces at its ends")]
    Unprintable,
    /// There is no such variable.
    #[error("the variable `{variable}`, which has the token, is not set")]
    NotSet {
        /// Its name.
        variable: String,
    },
}

impl Token {
    /// This token.
    ///
    /// # Errors
    ///
    /// If it has fewer than 16 bytes, or characters that cannot stand in a header: such a token could not be used.
    pub fn new(token: &str) -> Result<Self, TokenError> {
        if token.len() < SHORTEST {
            return Err(TokenError::TooShort { bytes: token.len() });
        }
        let is_printable = token.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && token.trim() == token;
        if is_printable { Ok(Self(hash(token.as_bytes()))) } else { Err(TokenError::Unprintable) }
    }

    /// The token in this variable of the environment.
    ///
    /// ```
    /// use resilient_admin::Token;
    ///
    /// let error = Token::from_env("NO_SUCH_TOKEN").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the variable `NO_SUCH_TOKEN`, which has the token, is not set"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and if the variable is not set.
    pub fn from_env(variable: &str) -> Result<Self, TokenError> {
        match env::var(variable) {
            Ok(token) => Self::new(&token),
            Err(VarError::NotPresent) => Err(TokenError::NotSet { variable: variable.to_owned() }),
            Err(VarError::NotUnicode(_)) => Err(TokenError::Unprintable),
        }
    }

    /// Whether it is this one. Hashes are compared, and each time all of them, so that the time says nothing about the
    /// token, and nothing about its length.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        let given = hash(given);
        let differences = self.0.iter().zip(&given).fold(0, |all, (own, given)| black_box(all | (own ^ given)));
        differences == 0
    }
}

fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_itself_and_nothing_else() {
        let token = Token::new("0123456789abcdef").unwrap();
        assert!(token.is(b"0123456789abcdef"));
        for other in ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF", "0123456789abcdef "] {
            assert!(!token.is(other.as_bytes()), "{other}");
        }
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn what_cannot_be_used_is_an_error_where_it_is_made() {
        assert_eq!(Token::new("").unwrap_err(), TokenError::TooShort { bytes: 0 });
        assert_eq!(Token::new("0123456789abcde").unwrap_err(), TokenError::TooShort { bytes: 15 });
        for unprintable in ["0123456789abcdef\n", "0123456789äbcdef", " 0123456789abcdef"] {
            assert_eq!(Token::new(unprintable).unwrap_err(), TokenError::Unprintable, "{unprintable:?}");
        }
    }
}
