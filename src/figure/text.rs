//! How wide a text is, from the fonts that the pictures are drawn with.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use ttf_parser::Face;

use crate::fonts;

/// The font families of pictures, best first; browsers take what they have.
pub const FAMILIES: &str = "'Noto Sans', 'Noto Sans SC', 'Helvetica Neue', Arial, sans-serif";

/// The regular fonts, in the order in which a character is looked for.
pub const REGULAR: [&[u8]; 2] = [fonts::LATIN_REGULAR, fonts::CHINESE_REGULAR];
/// The bold ones, likewise.
pub const SEMIBOLD: [&[u8]; 2] = [fonts::LATIN_SEMIBOLD, fonts::CHINESE_SEMIBOLD];

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

/// The faces to look a character up in, first to last.
fn faces(weight: Weight) -> &'static [Face<'static>] {
    static REGULAR_FACES: OnceLock<Vec<Face<'static>>> = OnceLock::new();
    static BOLD_FACES: OnceLock<Vec<Face<'static>>> = OnceLock::new();
    let load = |files: &[&'static [u8]]| {
        files.iter().filter_map(|file| Face::parse(file, 0).ok()).collect()
    };
    match weight {
        Weight::Regular => REGULAR_FACES.get_or_init(|| load(&REGULAR)),
        Weight::Bold => BOLD_FACES.get_or_init(|| load(&SEMIBOLD)),
    }
}

/// The width of a text in points. A character that no font has counts as half an em.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    text.chars().map(|character| advance(character, weight)).sum::<f64>() * size
}

fn advance(character: char, weight: Weight) -> f64 {
    faces(weight)
        .iter()
        .find_map(|face| {
            let glyph = face.glyph_index(character)?;
            let advance = face.glyph_hor_advance(glyph)?;
            Some(f64::from(advance) / f64::from(face.units_per_em()))
        })
        .unwrap_or(0.5)
}

/// The characters that no embedded font has, which a PNG shows as boxes.
pub fn missing<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<char> {
    let known = |c: char| faces(Weight::Regular).iter().any(|face| face.glyph_index(c).is_some());
    texts.into_iter().flat_map(str::chars).filter(|c| !c.is_control() && !known(*c)).collect()
}

/// A text broken into lines at most `width` points wide, at blanks; a longer word stands alone.
pub fn wrap(text: &str, size: f64, weight: Weight, limit: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut()
            && width(line, size, weight) + width(" ", size, weight) + width(word, size, weight)
                <= limit
        {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_string());
        }
    }
    lines
}
