//! Letters of texts from data: how they are compared, case and diacritics aside, and quoted.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How much of a text from data a message quotes.
const QUOTED: usize = 80;

/// A text from data as a message quotes it: its start, where it is long.
pub fn quoted(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

/// A text in small letters without diacritics; letters that do not decompose are spelled out
/// (`Sørøya`: soroya, `Ærø`: aero).
pub fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    without_marks(text, |out, letter| out.extend(letter.to_lowercase()))
}

/// A text without diacritics, likewise, in the letters' own case.
pub fn unaccented(text: &str) -> String {
    without_marks(text, String::push)
}

/// A text in one case, the same for any spellings that differ in case alone (`Straße`, `STRASSE`).
pub fn caseless(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

fn without_marks(text: &str, put: impl Fn(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|&letter| !is_combining_mark(letter)) {
        let spelt = match letter {
            'ø' => "o",
            'Ø' => "O",
            'đ' | 'ð' => "d",
            'Đ' | 'Ð' => "D",
            'ł' => "l",
            'Ł' => "L",
            'ı' => "i",
            'ə' => "e",
            'Ə' => "E",
            'æ' => "ae",
            'Æ' => "AE",
            'œ' => "oe",
            'Œ' => "OE",
            'ß' => "ss",
            'þ' => "th",
            'Þ' => "TH",
            _ => {
                put(&mut out, letter);
                continue;
            }
        };
        spelt.chars().for_each(|letter| put(&mut out, letter));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{caseless, plain, unaccented};

    #[test]
    fn letters_are_plain_in_any_spelling() {
        for (text, expected) in [
            ("Baiyun Ebo", "baiyun ebo"),
            ("Tr\u{e4}skholm, Søndre", "traskholm, sondre"),
            ("Go\u{308}lcu\u{308}k", "golcuk"),
            ("Ærø & Łódź", "aero & lodz"),
            ("Straße Þórr", "strasse thorr"),
            ("白云鄂博", "白云鄂博"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn case_and_accents_are_left_aside_apart() {
        for text in ["Straße", "STRASSE", "strasse"] {
            assert_eq!(caseless(text), "strasse");
        }
        assert_eq!(caseless("ΟΔΟΣ"), caseless("Οδος"));
        assert_eq!(caseless("Bayan Öbo"), "bayan öbo");
        assert_eq!(unaccented("Débárquér"), "Debarquer");
        assert_eq!(unaccented("Ærø 白云"), "AEro 白云");
    }
}
