//! The words of a note: numbers, units, elements and groups, signs, and the rest.

use crate::site::fact::{Element, Member, Name, Unit};

/// One word or sign of a note.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    /// `1,325`, `.05`
    Number(f64),
    /// `%`, `ppm`, `g/t`
    Unit(Unit),
    /// `HREO`, `Y2O3`, `LaOx`, `yttrium`
    Member(Member),
    /// Any other word, as spelled.
    Plain(String),
    /// `(?)`
    Doubt,
    /// The end of a clause: `;`, `:`, or a full stop.
    Stop,
    /// Any other sign; all dashes are `-`, `»` and `≫` are two `>`.
    Sign(char),
}

impl Word {
    /// Whether this is that plain word, letter case aside.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Word::Plain(text) if text.eq_ignore_ascii_case(word))
    }

    /// Whether this is one of these plain words, letter case aside.
    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }
}

/// Units as they are written, longer spellings first.
const UNITS: [(&str, Unit); 14] = [
    ("%", Unit::Percent),
    ("percent", Unit::Percent),
    ("ppm", Unit::Ppm),
    ("kg/m3", Unit::KilogramPerCubicMetre),
    ("kg/m³", Unit::KilogramPerCubicMetre),
    ("g/m3", Unit::GramPerCubicMetre),
    ("g/m³", Unit::GramPerCubicMetre),
    ("g/t", Unit::GramPerTon),
    ("mg/kg", Unit::Ppm),
    // With the micro sign and with the Greek letter.
    ("µg/g", Unit::Ppm),
    ("μg/g", Unit::Ppm),
    ("g/yd3", Unit::GramPerCubicYard),
    ("Mt", Unit::MillionTon),
    ("t", Unit::Ton),
];

/// Element names as they are written out.
const NAMES: [(&str, Element); 17] = [
    ("scandium", Element::Sc),
    ("yttrium", Element::Y),
    ("lanthanum", Element::La),
    ("cerium", Element::Ce),
    ("praseodymium", Element::Pr),
    ("neodymium", Element::Nd),
    ("promethium", Element::Pm),
    ("samarium", Element::Sm),
    ("europium", Element::Eu),
    ("gadolinium", Element::Gd),
    ("terbium", Element::Tb),
    ("dysprosium", Element::Dy),
    ("holmium", Element::Ho),
    ("erbium", Element::Er),
    ("thulium", Element::Tm),
    ("ytterbium", Element::Yb),
    ("lutetium", Element::Lu),
];

/// Takes a note apart. A remark in brackets is left out unless it is a quantity (`(35%)`).
pub(super) fn words(note: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = note;
    while let Some(first) = rest.chars().next() {
        let (word, length) = next_word(rest, first, words.last());
        words.extend(word);
        rest = rest.get(length..).unwrap_or("");
    }
    words
}

/// The word that `rest` begins with (none for white space) and its length in bytes.
fn next_word(rest: &str, first: char, before: Option<&Word>) -> (Vec<Word>, usize) {
    if let Some((value, length)) = number(rest) {
        return (vec![Word::Number(value)], length);
    }
    if let Some((unit, length)) = unit(rest, matches!(before, Some(Word::Number(_)))) {
        return (vec![Word::Unit(unit)], length);
    }
    if first.is_alphabetic() {
        let length = word_length(rest);
        let text = rest.get(..length).unwrap_or("");
        return (vec![member(text).map_or_else(|| Word::Plain(text.into()), Word::Member)], length);
    }
    let second = rest.chars().nth(1);
    let word = match first {
        '(' => return bracket(rest),
        ';' | ':' | '\n' | '\r' => vec![Word::Stop],
        // A full stop ends a clause, except after `ave.` and the like.
        '.' if second.is_none_or(char::is_whitespace) => {
            let short = before.is_some_and(|word| word.is_one_of(&["ave", "avg", "av", "approx"]));
            if short { Vec::new() } else { vec![Word::Stop] }
        }
        '-' | '‐' | '‑' | '‒' | '–' | '—' | '−' => vec![Word::Sign('-')],
        '≫' | '»' => vec![Word::Sign('>'), Word::Sign('>')],
        '≥' => vec![Word::Sign('>')],
        '≤' => vec![Word::Plain("up".into()), Word::Plain("to".into())],
        '∼' | '≈' => vec![Word::Sign('~')],
        white if white.is_whitespace() => Vec::new(),
        sign => vec![Word::Sign(sign)],
    };
    (word, first.len_utf8())
}

/// A number at the start of the text; a comma before three digits parts thousands.
pub(crate) fn number(text: &str) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if !(digit(0) || bytes.first() == Some(&b'.') && digit(1)) {
        return None;
    }
    let mut digits = String::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => digits.push(char::from(*byte)),
            b'.' if digit(at + 1) && !digits.contains('.') => digits.push('.'),
            b',' if (1..=3).all(|next| digit(at + next)) && !digit(at + 4) => {}
            _ => break,
        }
        at += 1;
    }
    let value: f64 = digits.parse().ok()?;
    value.is_finite().then_some((value, at))
}

/// A unit at the start of the text and its length in bytes; `t` only right after a number.
pub(crate) fn unit(text: &str, after_number: bool) -> Option<(Unit, usize)> {
    UNITS.iter().find_map(|(spelling, unit)| {
        let rest = text.strip_prefix(spelling)?;
        let whole = *spelling == "%" || !rest.starts_with(char::is_alphanumeric);
        let fits = *unit != Unit::Ton || after_number;
        (whole && fits).then_some((*unit, spelling.len()))
    })
}

/// The length in bytes of the word at the start of the text. A hyphen belongs to a word
/// (`CB-01`) unless an element or a group stands before it (`Y-rich`).
fn word_length(text: &str) -> usize {
    let mut length = 0;
    for (at, letter) in text.char_indices() {
        let hyphen = letter == '-'
            && text.get(at + 1..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
            && text.get(..at).is_some_and(|word| member(word).is_none());
        if !(letter.is_alphanumeric() || letter == '\'' || hyphen) {
            break;
        }
        length = at + letter.len_utf8();
    }
    length
}

/// A remark in brackets.
fn bracket(text: &str) -> (Vec<Word>, usize) {
    let Some(end) = text.find(')') else { return (Vec::new(), 1) };
    let inside = text.get(1..end).unwrap_or("").trim();
    if inside == "?" {
        return (vec![Word::Doubt], end + 1);
    }
    // An inner bracket is taken as plain white space, so that no text nests the calls deeply.
    let inside = words(&inside.replace('(', " "));
    let quantity = inside.iter().any(|word| matches!(word, Word::Unit(_)))
        && inside
            .iter()
            .all(|word| matches!(word, Word::Number(_) | Word::Unit(_) | Word::Sign('-' | '~')));
    (if quantity { inside } else { Vec::new() }, end + 1)
}

/// The group or element that a word names.
pub(crate) fn member(word: &str) -> Option<Member> {
    let group = |name, oxide| Some(Member { name, oxide });
    match word.strip_suffix('s').unwrap_or(word) {
        "LREE" => return group(Name::Light, false),
        "LREO" => return group(Name::Light, true),
        "MREE" => return group(Name::Middle, false),
        "MREO" => return group(Name::Middle, true),
        "HREE" => return group(Name::Heavy, false),
        "HREO" => return group(Name::Heavy, true),
        "REE" | "TREE" | "TRE" | "TR" | "RE" => return group(Name::All, false),
        "REO" | "TREO" => return group(Name::All, true),
        _ => {}
    }
    if let Some((_, element)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
        return Some(Member { name: Name::Element(*element), oxide: false });
    }
    Element::ALL.iter().find_map(|element| {
        let symbol = element.symbol();
        let rest = word.get(symbol.len()..)?;
        let oxide = is_oxide(rest);
        // Inside a formula the case of letters is loose (`DY2O3`).
        let same = word
            .get(..symbol.len())
            .is_some_and(|start| start == symbol || oxide && start.eq_ignore_ascii_case(symbol));
        (same && (rest.is_empty() || oxide))
            .then_some(Member { name: Name::Element(*element), oxide })
    })
}

/// Whether the rest of a formula after an element's symbol makes it an oxide: `2O3`, `Ox`, `O`.
fn is_oxide(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    rest.strip_prefix(['O', 'o'])
        .is_some_and(|rest| rest == "x" || rest.chars().all(|letter| letter.is_ascii_digit()))
}
