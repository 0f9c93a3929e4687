//! How names and words are compared: letter case, diacritics and signs aside.

use crate::letters;

/// The text in lower case, without diacritics, each run of signs and spaces as one space.
pub(super) fn fold(text: &str) -> String {
    let plain = letters::plain(text);
    let words = plain.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a folded text holds a folded phrase as whole words.
pub(super) fn has_phrase(text: &str, phrase: &str) -> bool {
    let is_whole = |start: usize| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + phrase.len()..).unwrap_or_default();
        (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' '))
    };
    !phrase.is_empty() && text.match_indices(phrase).any(|(start, _)| is_whole(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words() {
        let text = "rare earth rare earths";
        for phrase in ["rare", "rare earth", "earth rare", "rare earths", text] {
            assert!(has_phrase(text, phrase), "{phrase}");
        }
        for phrase in ["", "ear", "earth rar", "are earth", "rare earths rare"] {
            assert!(!has_phrase(text, phrase), "{phrase}");
        }
        // The first place is no whole word, the second is.
        assert!(has_phrase("ores ore", "ore") && !has_phrase("", "ore"));
    }
}
