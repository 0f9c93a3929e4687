//! Takes cells apart: estimates by their numbers, groups and clauses, numbers with their qualifiers,
//! years.

use super::Year;
use crate::classify::words::{number, unit};
use crate::site::fact::{Amount, Unit};

/// The part of a cell that is of one estimate, or of several.
pub(super) struct Entry<'t> {
    pub(super) numbers: Vec<Option<u8>>,
    pub(super) text: &'t str,
}

/// Parts a cell by its numbers: `1) … 2) …`, `1–3) …`. What stands before a number greater than
/// one is of the numbers below it.
pub(super) fn entries(cell: &str) -> Vec<Entry<'_>> {
    let marks = marks(cell);
    let text = |from: usize, to: usize| {
        let text = cell.get(from..to).unwrap_or_default();
        text.trim().trim_end_matches([';', ':', ',']).trim_end()
    };
    let first = marks.first().map_or(cell.len(), |mark| mark.start);
    let mut entries = Vec::new();
    let before = text(0, first);
    if !before.is_empty() {
        let numbers = match marks.first() {
            Some(mark) if mark.from > 1 => (1..mark.from).map(Some).collect(),
            _ => vec![None],
        };
        entries.push(Entry { numbers, text: before });
    }
    for (index, mark) in marks.iter().enumerate() {
        let to = marks.get(index + 1).map_or(cell.len(), |next| next.start);
        let numbers = (mark.from..=mark.to).map(Some).collect();
        let text = text(mark.end, to);
        if !text.is_empty() {
            entries.push(Entry { numbers, text });
        }
    }
    entries
}

/// The number of one estimate, or of several in a row, where it stands in a cell.
struct Mark {
    start: usize,
    end: usize,
    from: u8,
    to: u8,
}

fn marks(cell: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at_word = true;
    for (start, sign) in cell.char_indices() {
        if at_word && let Some((from, to, length)) = mark(cell.get(start..).unwrap_or_default()) {
            marks.push(Mark { start, end: start + length, from, to });
        }
        at_word = sign.is_whitespace() || matches!(sign, ';' | ':' | ',');
    }
    marks
}

/// `2)`, `1–3)`: the first and the last number and the length in bytes.
fn mark(text: &str) -> Option<(u8, u8, usize)> {
    let end = text.find(')')?;
    let inside = text.get(..end)?;
    let (from, to) = inside.split_once(['-', '–']).unwrap_or((inside, inside));
    let small = |digits: &str| {
        let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u8>().ok().filter(|number| plain && *number > 0)
    };
    let (from, to) = (small(from)?, small(to)?);
    (from <= to).then_some((from, to, end + 1))
}

/// Parts an entry into groups (`;`) of clauses (`,`, `+` or `or` before a number).
pub(super) fn groups(text: &str) -> Vec<Vec<String>> {
    let mut groups = vec![vec![String::new()]];
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let after = rest.get(sign.len_utf8()..).unwrap_or_default();
        let next = after.trim_start();
        let amount_follows =
            next.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '~' | '>' | '<'));
        let clause: &str = groups.last().and_then(|group| group.last()).map_or("", String::as_str);
        let begun = start_of_number(clause).is_some();
        let part_of_number = after.starts_with(|c: char| c.is_ascii_digit())
            && clause.ends_with(|c: char| c.is_ascii_digit());
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let qualified = clause
            .trim_start()
            .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '~' | '>' | '<'));
        if depth == 0 && (sign == ';' || sign == ':' && qualified) {
            groups.push(vec![String::new()]);
        } else if depth == 0
            && begun
            && (sign == ',' && !part_of_number || sign == '+' && amount_follows)
        {
            if let Some(group) = groups.last_mut() {
                group.push(String::new());
            }
        } else if let Some(clause) = groups.last_mut().and_then(|group| group.last_mut()) {
            clause.push(sign);
        }
        rest = after;
        if depth == 0
            && let Some(after) = rest.strip_prefix(" or ")
            && after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '~' | '>' | '<'))
        {
            if let Some(group) = groups.last_mut() {
                group.push(String::new());
            }
            rest = after;
        }
    }
    for group in &mut groups {
        group.retain(|clause| !clause.trim().is_empty());
    }
    groups
}

/// Where the first number begins that is no part of a word (`Nb2O5`).
pub(super) fn start_of_number(text: &str) -> Option<usize> {
    let mut before = ' ';
    for (at, sign) in text.char_indices() {
        if sign.is_ascii_digit() && !before.is_alphanumeric() && before != '.' {
            return Some(at);
        }
        if sign == '.'
            && !before.is_alphanumeric()
            && text.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            return Some(at);
        }
        before = sign;
    }
    None
}

/// What a qualifier makes of a number.
pub(super) type Qualifier = fn(f64) -> Amount;

/// What stands before a number without the qualifier at its end, and the qualifier.
pub(super) fn qualifier(lead: &str) -> (&str, Qualifier) {
    const SIGNS: [(&str, Qualifier); 10] = [
        ("~", Amount::About),
        ("∼", Amount::About),
        ("about", Amount::About),
        (">", Amount::Above),
        ("≥", Amount::Above),
        ("<", Amount::Below),
        ("≤", Amount::UpTo),
        ("up to", Amount::UpTo),
        ("Up to", Amount::UpTo),
        ("as much as", Amount::UpTo),
    ];
    let lead = lead.trim();
    SIGNS
        .iter()
        .find_map(|(sign, qualify)| Some((lead.strip_suffix(sign)?.trim_end(), *qualify)))
        .unwrap_or((lead, Amount::Exactly))
}

/// A number or range with its unit at the start of the text, and what follows.
pub(super) fn amount(text: &str, qualify: Qualifier) -> Option<(Amount, Option<Unit>, &str)> {
    let (first, rest) = plain_number(text)?;
    let (first_unit, rest) = unit_after(rest);
    let spaced = rest.trim_start();
    let second = spaced
        .strip_prefix(['-', '–', '—'])
        .or_else(|| spaced.strip_prefix("to "))
        .and_then(|rest| plain_number(rest.trim_start()));
    let Some((second, rest)) = second else { return Some((qualify(first), first_unit, rest)) };
    let (second_unit, rest) = unit_after(rest);
    // Some ranges run from the high end to the low one.
    let range = Amount::Between(first.min(second), first.max(second));
    Some((range, second_unit.or(first_unit), rest))
}

/// A number that is not cut short, doubled or otherwise odd: not `1..83`, `1/6`, `0035`.
fn plain_number(text: &str) -> Option<(f64, &str)> {
    let (value, length) = number(text)?;
    let (digits, rest) = text.split_at(length);
    let leading_zeros = digits.len() > 1
        && digits.starts_with('0')
        && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    let odd = rest.starts_with(['.', '/', ',']) || leading_zeros;
    (!odd).then_some((value, rest))
}

/// The unit after a number, if any, and what follows.
fn unit_after(text: &str) -> (Option<Unit>, &str) {
    let text = text.trim_start();
    match unit(text, true) {
        Some((found, length)) => (Some(found), text.get(length..).unwrap_or_default()),
        None => (None, text),
    }
}

/// `2012`, `~1979`, `1986-1987`, `pre-1993`, `1980's(?)`, `early 1980's`, `1980s-1990s`.
pub(super) fn year(text: &str) -> Option<Year> {
    let certain = !text.contains("(?)");
    let text = text.replace("(?)", "");
    let text = text.trim();
    let one = |text: &str| -> Option<(u16, bool)> {
        let (digits, rest) = text.split_at_checked(4)?;
        let year: u16 = digits.parse().ok().filter(|year| (1800..2200).contains(year))?;
        match rest {
            "" => Some((year, false)),
            "s" | "'s" | "’s" if year.is_multiple_of(10) => Some((year, true)),
            _ => None,
        }
    };
    let last = |(year, decade): (u16, bool)| if decade { year + 9 } else { year };
    let span = |from: u16, to: u16| Amount::Between(f64::from(from), f64::from(to));
    if let Some(text) = text.strip_prefix('~') {
        let (year, decade) = one(text)?;
        return (!decade).then_some(Year { amount: Amount::About(f64::from(year)), certain });
    }
    if let Some(text) = text.strip_prefix("pre-") {
        let (year, _) = one(text)?;
        return Some(Year { amount: Amount::Below(f64::from(year)), certain });
    }
    if let Some(text) = text.strip_prefix("early ") {
        // How early is not said: the decade, in doubt.
        let (year, decade) = one(text)?;
        return decade.then(|| Year { amount: span(year, year + 9), certain: false });
    }
    if let Some((from, to)) = text.split_once(['-', '–']) {
        let (from, to) = (one(from)?, last(one(to)?));
        return (from.0 < to).then_some(Year { amount: span(from.0, to), certain });
    }
    match one(text)? {
        (year, true) => Some(Year { amount: span(year, year + 9), certain }),
        (year, false) => Some(Year { amount: Amount::Exactly(f64::from(year)), certain }),
    }
}
