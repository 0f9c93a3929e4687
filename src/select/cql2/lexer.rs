//! The names, literals and signs of an expression's text.

use std::borrow::Cow;

use super::wrong::{Result, Wrong};

/// A piece of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    /// A name, which may be a word of the language.
    Name(&'t str),
    /// A name in double quotes, which is none.
    Quoted(Cow<'t, str>),
    /// A text in single quotes.
    Text(Cow<'t, str>),
    /// A number without its sign.
    Number(f64),
    /// A sign.
    Sign(&'static str),
    /// The end.
    End,
}

impl Token<'_> {
    /// The token for people.
    pub fn told(&self) -> String {
        match self {
            Token::Name(name) => (*name).into(),
            Token::Quoted(name) => format!("{name:?}"),
            Token::Text(text) => format!("'{text}'"),
            Token::Number(number) => number.to_string(),
            Token::Sign(sign) => (*sign).into(),
            Token::End => "the end".into(),
        }
    }

    /// Whether it is this word of the language, letter case aside.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Token::Name(name) if name.eq_ignore_ascii_case(word))
    }
}

/// The signs, the longer first. `!=` stands for `<>`.
const SIGNS: [&str; 15] =
    ["<=", ">=", "<>", "!=", "(", ")", ",", "+", "-", "*", "/", "%", "^", "=", "<"];

/// The tokens of a text, each with the byte where it starts; the last is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token<'_>)>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            tokens.push((at, Token::End));
            return Ok(tokens);
        };
        let (token, length) = match first {
            '\'' => {
                let (text, length) = quoted(rest, '\'', at)?;
                (Token::Text(text), length)
            }
            '"' => {
                let (name, length) = quoted(rest, '"', at)?;
                if name.trim().is_empty() {
                    return Err(Wrong::new(at, "a name of nothing"));
                }
                (Token::Quoted(name), length)
            }
            '.' | '0'..='9' => number(rest, at)?,
            _ if starts_name(first) => {
                let length = rest.find(|letter| !continues_name(letter)).unwrap_or(rest.len());
                (Token::Name(rest.get(..length).unwrap_or(rest)), length)
            }
            '>' if !rest.starts_with(">=") => (Token::Sign(">"), 1),
            _ => match SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
                Some("!=") => (Token::Sign("<>"), 2),
                Some(sign) => (Token::Sign(sign), sign.len()),
                None => return Err(stranger(first, at)),
            },
        };
        rest = rest.get(length..).unwrap_or_default();
        tokens.push((at, token));
    }
}

/// Whether a name may start so without quotes.
pub(super) fn starts_name(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_' || letter == ':'
}

/// Whether a name may go on so without quotes.
pub(super) fn continues_name(letter: char) -> bool {
    let is_mark = ('\u{300}'..='\u{36f}').contains(&letter);
    letter.is_alphanumeric()
        || matches!(letter, '_' | ':' | '.' | '\u{203f}' | '\u{2040}')
        || is_mark
}

/// What stands between quotes, in which a quote is doubled, and the length with them.
fn quoted(rest: &str, quote: char, at: usize) -> Result<(Cow<'_, str>, usize)> {
    let body = rest.get(1..).unwrap_or_default();
    let mut quotes = body.match_indices(quote).map(|(at, _)| at).peekable();
    let mut doubled = false;
    while let Some(end) = quotes.next() {
        if quotes.next_if_eq(&(end + 1)).is_some() {
            doubled = true;
            continue;
        }
        let inner = body.get(..end).unwrap_or_default();
        let inner = match doubled {
            true => Cow::Owned(inner.replace(
                [quote; 2].iter().collect::<String>().as_str(),
                quote.encode_utf8(&mut [0; 4]),
            )),
            false => Cow::Borrowed(inner),
        };
        return Ok((inner, end + 2));
    }
    let what = if quote == '"' { "the name in double quotes" } else { "the text in quotes" };
    Err(Wrong::new(at, format!("{what} that starts here has no end"))
        .hint(format!("a {quote} inside it is doubled: {quote}{quote}")))
}

/// A number without its sign: `12`, `0.5`, `.5`, `1.5E-3`.
fn number(rest: &str, at: usize) -> Result<(Token<'_>, usize)> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        let digits = bytes.get(from..).unwrap_or_default();
        from + digits.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    let spelt = rest.get(..end).unwrap_or_default();
    let next = rest.get(end..).and_then(|rest| rest.chars().next());
    if next.is_some_and(continues_name) {
        let length = rest.find(|letter| !continues_name(letter)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or(rest);
        return Err(Wrong::new(at, format!("{word} is no number"))
            .hint(format!("a name that starts with a digit stands in double quotes: \"{word}\"")));
    }
    match spelt.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((Token::Number(number), end)),
        Ok(_) => Err(Wrong::new(at, format!("{spelt} is too large a number"))),
        Err(_) => Err(Wrong::new(at, format!("{spelt} is no number"))),
    }
}

/// The error of a letter that no expression holds.
fn stranger(letter: char, at: usize) -> Wrong {
    let wrong = Wrong::new(at, format!("{letter} has no meaning here"));
    let plain = match letter {
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        '≤' => return wrong.hint("write <="),
        '≥' => return wrong.hint("write >="),
        '≠' => return wrong.hint("write <>"),
        '&' => return wrong.hint("write AND"),
        '|' => return wrong.hint("write OR"),
        '!' => return wrong.hint("write NOT, or <> for unequal"),
        // The full-width forms of the signs of ASCII.
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(u32::from(letter) - 0xfee0) {
            Some(plain) => plain,
            None => return wrong,
        },
        _ => {
            return wrong
                .hint("a text stands in single quotes, a name of other signs in double ones");
        }
    };
    wrong.hint(format!("write {plain}"))
}
