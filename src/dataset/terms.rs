//! Cells as the databases fill them: cleaned text, terms with the sources' `(?)`, lists.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::site::Term;
use crate::source::Cell;

/// What the sources write after a term that they doubt.
const DOUBT: &str = "(?)";

/// Text in one form: NFC, each run of white space (no-break spaces and line ends too) one space,
/// none at the ends, control characters gone, the `_x000D_` of workbooks undone.
pub fn clean(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let text = if text.contains("_x") { unescape(text) } else { Cow::Borrowed(text) };
    let text = if is_nfc(&text) { text } else { Cow::Owned(text.nfc().collect()) };
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for letter in text.chars() {
        if letter.is_whitespace() {
            gap = true;
        } else if !letter.is_control() && !matches!(letter, '\u{200b}' | '\u{feff}') {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// Whether nothing of a trimmed text can need cleaning, in one look.
fn is_clean(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let pair = (before, byte);
        before = byte;
        byte.is_ascii() && !byte.is_ascii_control() && pair != (b'_', b'x') && pair != (b' ', b' ')
    })
}

/// Undoes the escapes of Office Open XML, `_x000D_` for a carriage return.
fn unescape(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("_x") {
        let (before, after) = rest.split_at(start);
        out.push_str(before);
        let letter = after
            .get(2..6)
            .filter(|_| after.as_bytes().get(6) == Some(&b'_'))
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        let taken = match letter {
            Some(letter) => {
                out.push(letter);
                7
            }
            None => {
                out.push_str("_x");
                2
            }
        };
        rest = after.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A cell's cleaned text; none where that leaves nothing.
pub fn text(cell: &Cell) -> Option<String> {
    text_of(cell).map(Cow::into_owned)
}

/// The same, borrowed where the cell's text is clean as it is.
pub fn text_of(cell: &Cell) -> Option<Cow<'_, str>> {
    let text = match cell.text()? {
        Cow::Borrowed(text) => clean(text),
        Cow::Owned(text) => Cow::Owned(clean(&text).into_owned()),
    };
    (!text.is_empty()).then_some(text)
}

/// The text of a list, entries separated by any of `separators`. Where the text is cut, its last
/// entry is left out: the part that is there would pass for another name.
pub fn list_text(cell: &Cell, separators: &[char]) -> Option<String> {
    let text = text(cell)?;
    if !matches!(cell, Cell::Cut(_)) {
        return Some(text);
    }
    let whole = text.get(..text.rfind(separators)?)?.trim_end();
    (!whole.is_empty()).then(|| whole.to_owned())
}

/// A term, its `(?)` (wherever it stands) folded into the flag; none where no name is left.
pub fn term(text: &str) -> Option<Term> {
    let certain = !text.contains(DOUBT);
    let name = if certain {
        clean(text).into_owned()
    } else {
        clean(&text.replace(DOUBT, " ")).into_owned()
    };
    (!name.is_empty()).then_some(Term { name, certain })
}

/// A text and whether the source leaves it undoubted, without its `(?)`.
pub fn undoubted(text: &str) -> (Cow<'_, str>, bool) {
    if text.contains(DOUBT) {
        (Cow::Owned(clean(&text.replace(DOUBT, " ")).into_owned()), false)
    } else {
        (clean(text), true)
    }
}

/// Splits a list at its separators, save inside brackets; where brackets don't pair
/// (`lanthanite-(Ce`) they are letters like others.
pub fn split<'t>(text: &'t str, separators: &'t [char]) -> impl Iterator<Item = &'t str> {
    let paired = paired(text);
    let mut depth = 0_u32;
    text.split(move |letter: char| {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0 || !paired) && separators.contains(&letter)
    })
    .map(str::trim)
    .filter(|piece| !piece.is_empty())
}

/// Whether each bracket has its fellow.
fn paired(text: &str) -> bool {
    let mut depth = 0_i64;
    for letter in text.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// The terms of a list, each once, in the source's order.
pub fn list(text: &str, separators: &[char]) -> Vec<Term> {
    distinct(split(text, separators).filter_map(term))
}

/// Each term once, in order; one named both with and without doubt is certain.
pub fn distinct(terms: impl IntoIterator<Item = Term>) -> Vec<Term> {
    let mut out: Vec<Term> = Vec::new();
    for term in terms {
        match out.iter_mut().find(|known| known.name == term.name) {
            Some(known) => known.certain |= term.certain,
            None => out.push(term),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(terms: &[Term]) -> Vec<String> {
        terms.iter().map(Term::to_string).collect()
    }

    #[test]
    fn cells_are_cleaned() {
        assert_eq!(clean("China "), "China");
        assert_eq!(
            clean("Yamalo-Nenentskiy avtonomnaya okrug_x000D_\n"),
            "Yamalo-Nenentskiy avtonomnaya okrug"
        );
        assert_eq!(clean("a\u{a0}\u{a0}b"), "a b");
        assert_eq!(clean("Côte d'\u{92}Ivoire"), "Côte d'Ivoire");
        assert_eq!(clean("bastna\u{308}site"), "bastnäsite");
        assert_eq!(clean("a_xyz_b _x00"), "a_xyz_b _x00");
        assert_eq!(text(&Cell::Text(" ".into())), None);
        assert_eq!(text(&Cell::Text("\u{a0}".into())), None);
    }

    #[test]
    fn a_cut_list_loses_its_last_entry() {
        let cut = |text: &str| list_text(&Cell::Cut(text.into()), &[';']);
        assert_eq!(cut("Xie (2016); Li (20").as_deref(), Some("Xie (2016)"));
        assert_eq!(cut("Xie (20"), None);
        let whole = Cell::Text("Xie (2016); Li (2017)".into());
        assert_eq!(list_text(&whole, &[';']).as_deref(), Some("Xie (2016); Li (2017)"));
    }

    #[test]
    fn lists_keep_what_brackets_hold_together() {
        assert_eq!(
            names(&list("euxenite-(Y)(?); [yttrobetafite], xenotime (?)", &[';', ','])),
            ["euxenite-(Y)(?)", "[yttrobetafite]", "xenotime(?)"]
        );
        assert_eq!(
            names(&list("bastnäsite-(Ce), lanthanite-(Ce", &[';', ','])),
            ["bastnäsite-(Ce)", "lanthanite-(Ce"]
        );
        assert_eq!(
            names(&list("zircon (a, b), zircon(?), zircon", &[','])),
            ["zircon (a, b)", "zircon"]
        );
    }
}
