//! How wide a text is and where it may be broken, from the fonts that the pictures are drawn with.
//!
//! Latin letters and Chinese characters are of two families. A text is cut into [`runs`] of one
//! family each; what is measured here and what a picture asks for are the same runs.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use ttf_parser::Face;

use crate::fonts;

/// The font families of pictures, best first; browsers take what they have.
pub const FAMILIES: &str = "'Noto Sans', 'Noto Sans SC', 'Helvetica Neue', Arial, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', sans-serif";

/// The font families of Chinese runs, best first: the embedded one under its two names, then those
/// of macOS and Windows.
pub const CHINESE_FAMILIES: &str = "'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', sans-serif";

/// Height above the base line, as a share of the font size.
pub const ASCENT: f64 = 0.75;
/// Depth below the base line, as a share of the font size.
pub const DESCENT: f64 = 0.22;

/// The weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Running text.
    Regular,
    /// Titles.
    Bold,
}

/// The family that a character is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Latin and Greek letters, figures, signs.
    Latin,
    /// Chinese characters and their punctuation, and the signs that only that font has.
    Chinese,
}

/// The face of a family and weight; none where the embedded file is broken.
fn face(script: Script, weight: Weight) -> Option<&'static Face<'static>> {
    static FACES: OnceLock<[Option<Face<'static>>; 4]> = OnceLock::new();
    let faces = FACES.get_or_init(|| fonts::ALL.map(|file| Face::parse(file, 0).ok()));
    let [latin, latin_bold, chinese, chinese_bold] = faces;
    match (script, weight) {
        (Script::Latin, Weight::Regular) => latin.as_ref(),
        (Script::Latin, Weight::Bold) => latin_bold.as_ref(),
        (Script::Chinese, Weight::Regular) => chinese.as_ref(),
        (Script::Chinese, Weight::Bold) => chinese_bold.as_ref(),
    }
}

fn has(script: Script, character: char) -> bool {
    face(script, Weight::Regular).is_some_and(|face| face.glyph_index(character).is_some())
}

/// Whether a character is Chinese, or punctuation as wide as one.
fn is_wide(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{2fdf}' | '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Whether a text is in Chinese characters that the embedded fonts have.
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(is_wide) && missing([text]).is_empty()
}

/// Whether a mark is written alike in both scripts, and is wide in Chinese.
fn is_shared(character: char) -> bool {
    matches!(character, '“' | '”' | '‘' | '’' | '—' | '…')
}

/// The script of each character of a text, with the byte where it begins.
fn scripts(text: &str) -> impl Iterator<Item = (usize, char, Script)> + '_ {
    let is_chinese = text.chars().any(is_wide);
    let mut before = ' ';
    text.char_indices().map(move |(at, character)| {
        // An apostrophe in a word, as in Xi’an, is of the word.
        let in_word = character == '’' && before.is_ascii_alphabetic();
        before = character;
        let chinese = is_wide(character)
            || (is_chinese && is_shared(character) && !in_word)
            || (!has(Script::Latin, character) && has(Script::Chinese, character));
        (at, character, if chinese { Script::Chinese } else { Script::Latin })
    })
}

/// A text cut into pieces of one script each.
pub fn runs(text: &str) -> Vec<(Script, &str)> {
    let mut runs: Vec<(Script, Range<usize>)> = Vec::new();
    for (at, character, script) in scripts(text) {
        let end = at + character.len_utf8();
        match runs.last_mut() {
            Some((last, range)) if *last == script => range.end = end,
            _ => runs.push((script, at..end)),
        }
    }
    runs.into_iter().filter_map(|(script, range)| Some((script, text.get(range)?))).collect()
}

/// The width of a text in points. A character that no font has counts as half an em, a Chinese one
/// as a whole.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    scripts(text).map(|(_, character, script)| advance(character, script, weight)).sum::<f64>()
        * size
}

fn advance(character: char, script: Script, weight: Weight) -> f64 {
    let of = |script| {
        let face = face(script, weight)?;
        let advance = face.glyph_hor_advance(face.glyph_index(character)?)?;
        Some(f64::from(advance) / f64::from(face.units_per_em()))
    };
    of(script).unwrap_or(if is_wide(character) { 1.0 } else { 0.5 })
}

/// The characters that no embedded font has, which a PNG shows as boxes.
pub fn missing<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<char> {
    let known = |c: char| has(Script::Latin, c) || has(Script::Chinese, c);
    texts.into_iter().flat_map(str::chars).filter(|c| !c.is_control() && !known(*c)).collect()
}

/// What no line begins with.
const NOT_FIRST: &str = "，。；：、！？）》〉】」』”’…—～·％,.;:!?)]}%°‰";
/// What no line ends with.
const NOT_LAST: &str = "（《〈【「『“‘～—([{";

/// Whether a line may end between two characters neither of which is a blank: beside a Chinese
/// one, if punctuation stays where it belongs.
fn breaks(before: char, after: char) -> bool {
    (is_wide(before) || is_wide(after)) && !NOT_LAST.contains(before) && !NOT_FIRST.contains(after)
}

/// A text cut where lines may end. True for a piece that a blank stands before.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    for (number, word) in text.split(' ').enumerate() {
        let (mut start, mut blank, mut before) = (0, number > 0, None);
        for (at, character) in word.char_indices() {
            if before.is_some_and(|before| breaks(before, character)) {
                pieces.extend(word.get(start..at).map(|piece| (blank, piece)));
                (start, blank) = (at, false);
            }
            before = Some(character);
        }
        pieces.extend(word.get(start..).map(|piece| (blank, piece)));
    }
    pieces
}

/// A text broken into lines at most `limit` points wide, at blanks and between Chinese characters;
/// a longer word stands alone.
pub fn wrap(text: &str, size: f64, weight: Weight, limit: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (blank, piece) in pieces(text) {
        if let Some(line) = lines.last_mut() {
            let longer = [line.as_str(), piece].join(if blank { " " } else { "" });
            if width(&longer, size, weight) <= limit {
                *line = longer;
                continue;
            }
        }
        lines.push(piece.to_string());
    }
    lines
}
