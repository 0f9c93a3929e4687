//! How names and words are compared: letter case, diacritics and signs aside.

use crate::letters;

/// The text in lower case, without diacritics, each run of signs and spaces as one space.
pub(super) fn fold(text: &str) -> String {
    let plain = letters::plain(text);
    let mut folded = String::with_capacity(plain.len());
    for word in plain.split(|letter: char| !letter.is_alphanumeric()).filter(|w| !w.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Whether a folded text holds a folded phrase as whole words.
pub(super) fn has_phrase(text: &str, phrase: &str) -> bool {
    let mut rest = Some(text);
    let starts = std::iter::from_fn(|| {
        let here = rest?;
        rest = here.split_once(' ').map(|(_, after)| after);
        Some(here)
    });
    let is_whole = |after: &str| after.is_empty() || after.starts_with(' ');
    !phrase.is_empty() && starts.filter_map(|s| s.strip_prefix(phrase)).any(is_whole)
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
