//! What of an expression can't be understood, and where.

use crate::error::Error;

/// Something wrong at a place of the text.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    /// The byte where it starts.
    pub at: usize,
    /// What is wrong, as a clause.
    pub what: String,
    /// What the user can do.
    pub hint: Option<String>,
}

/// What the steps from text to filter give.
pub(super) type Result<T> = std::result::Result<T, Wrong>;

impl Wrong {
    pub fn new(at: usize, what: impl Into<String>) -> Self {
        Wrong { at, what: what.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The error, with the column of the text, and its line where it has several.
    pub fn told(self, text: &str) -> Error {
        let before = text.get(..self.at).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        let place = match before.matches('\n').count() {
            0 => format!("column {column}"),
            line => format!("line {}, column {column}", line + 1),
        };
        let error = Error::usage(format!("where: {place}: {}", self.what));
        match self.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}
