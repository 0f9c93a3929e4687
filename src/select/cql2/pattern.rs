//! The patterns of LIKE: `%` is any text, `_` any character, `\` takes the next as it is.

/// A pattern, ready to be held against texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands between the `%`.
    parts: Vec<Part>,
    /// Whether it starts with `%`.
    open_start: bool,
    /// Whether it ends with `%`.
    open_end: bool,
}

/// Characters one after another; none is any.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(Box<str>),
    Letters(Vec<Option<char>>),
}

impl Pattern {
    /// The pattern that a text spells, its letters changed by `fold` as those of the texts are.
    pub fn new(text: &str, fold: impl Fn(&str) -> String) -> Self {
        let (mut parts, mut part) = (Vec::new(), Vec::new());
        let mut letters = text.chars();
        let (mut open_start, mut open_end) = (false, false);
        let mut is_first = true;
        while let Some(letter) = letters.next() {
            open_end = false;
            match letter {
                '%' => {
                    open_start |= is_first;
                    open_end = true;
                    Part::close(&mut part, &mut parts, &fold);
                }
                '_' => part.push(None),
                '\\' => part.push(Some(letters.next().unwrap_or('\\'))),
                letter => part.push(Some(letter)),
            }
            is_first = false;
        }
        Part::close(&mut part, &mut parts, &fold);
        Pattern { parts, open_start, open_end }
    }

    /// Whether a whole text fits.
    pub fn fits(&self, text: &str) -> bool {
        let (first, last) = (!self.open_start, !self.open_end);
        let (mut parts, mut rest) = (self.parts.as_slice(), text);
        if let ([part], true, true) = (parts, first, last) {
            return part.at_start(rest) == Some(rest.len());
        }
        if first {
            let Some((part, others)) = parts.split_first() else { return rest.is_empty() };
            let Some(length) = part.at_start(rest) else { return false };
            (parts, rest) = (others, rest.get(length..).unwrap_or_default());
        }
        if last {
            let Some((part, others)) = parts.split_last() else { return true };
            let Some(start) = part.at_end(rest) else { return false };
            (parts, rest) = (others, rest.get(..start).unwrap_or_default());
        }
        parts.iter().all(|part| match part.find(rest) {
            Some(end) => {
                rest = rest.get(end..).unwrap_or_default();
                true
            }
            None => false,
        })
    }
}

impl Part {
    /// Ends a part and puts it to the others, if there is any.
    fn close(
        letters: &mut Vec<Option<char>>,
        parts: &mut Vec<Part>,
        fold: impl Fn(&str) -> String,
    ) {
        let letters = std::mem::take(letters);
        if letters.is_empty() {
            return;
        }
        let whole: Option<String> = letters.iter().copied().collect();
        parts.push(match whole {
            Some(text) => Part::Text(fold(&text).into()),
            None => {
                let folded = |run: &[Option<char>]| {
                    let text: String = run.iter().copied().flatten().collect();
                    fold(&text).chars().map(Some).collect::<Vec<_>>()
                };
                let runs = letters.split(|letter| letter.is_none());
                Part::Letters(runs.map(folded).collect::<Vec<_>>().join(&None))
            }
        });
    }

    /// The length of what fits at the start.
    fn at_start(&self, text: &str) -> Option<usize> {
        match self {
            Part::Text(part) => text.starts_with(&**part).then_some(part.len()),
            Part::Letters(part) => {
                let mut letters = text.chars();
                let fits = part.iter().all(|wanted| {
                    letters.next().is_some_and(|letter| wanted.is_none_or(|it| it == letter))
                });
                fits.then(|| text.len() - letters.as_str().len())
            }
        }
    }

    /// Where what fits at the end starts.
    fn at_end(&self, text: &str) -> Option<usize> {
        match self {
            Part::Text(part) => text.ends_with(&**part).then(|| text.len() - part.len()),
            Part::Letters(part) => {
                let (start, _) = text.char_indices().rev().nth(part.len().checked_sub(1)?)?;
                self.at_start(text.get(start..)?).map(|_| start)
            }
        }
    }

    /// Where the first that fits ends.
    fn find(&self, text: &str) -> Option<usize> {
        match self {
            Part::Text(part) => text.find(&**part).map(|start| start + part.len()),
            Part::Letters(_) => text.char_indices().find_map(|(start, _)| {
                self.at_start(text.get(start..)?).map(|length| start + length)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text, fits) in [
            ("", "", true),
            ("", "a", false),
            ("%", "", true),
            ("%%", "abc", true),
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("a%", "abc", true),
            ("%c", "abc", true),
            ("%b%", "abc", true),
            ("a%c", "abc", true),
            ("a%a", "a", false),
            ("ab%ba", "aba", false),
            ("%ab%ab%", "abab", true),
            ("%ab%ab%", "aba", false),
            ("_", "白", true),
            ("白_鄂_", "白云鄂博", true),
            ("%_鄂%", "白云鄂博", true),
            ("%_鄂", "鄂", false),
            ("_%", "", false),
            ("%a_c%d", "abacad", false),
            ("%a_a%d", "abacad", true),
            (r"50\%", "50%", true),
            (r"50\%", "505", false),
            (r"a\_b%", "a_bc", true),
            (r"a\_b", "axb", false),
            (r"\\", r"\", true),
            ("a\\", "a\\", true),
        ] {
            assert_eq!(Pattern::new(pattern, str::to_owned).fits(text), fits, "{pattern} {text}");
        }
    }
}
